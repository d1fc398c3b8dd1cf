// A page in a browser, with everything noted that must not happen on any page.
import assert from "node:assert/strict";
import { chromium } from "playwright-core";

export const DESK = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };

/** An address without its parameters and its place on the page. */
const bare = (address) => address.split(/[?#]/)[0];

/** The browser, quiet: it asks nobody outside. */
export const launched = (executablePath) =>
  chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
  });

/**
 * Opens a page, does something with it, and checks that nothing went wrong behind it.
 * @param {{ browser: import("playwright-core").Browser, site: string }} world
 * @param {{ size?: { width: number, height: number }, scheme?: "light" | "dark", script?: boolean, state?: object }} surroundings
 *   `state`: the cookies of somebody who is signed in; `isOffline`: the connection is lost on purpose
 * @param {(page: import("playwright-core").Page) => Promise<void>} walk
 */
export async function visit(world, { size = DESK, scheme = "light", script = true, state, isOffline = false }, walk) {
  const context = await world.browser.newContext({
    viewport: size,
    colorScheme: scheme,
    storageState: state,
    javaScriptEnabled: script,
    reducedMotion: "reduce",
    baseURL: world.site,
    hasTouch: size === PHONE,
  });
  const page = await context.newPage();
  /** @type {string[]} */
  const faults = [];
  page.on("pageerror", (error) => faults.push(`script error: ${error.message}`));
  page.on("console", (message) => {
    // The browser reports a page that is a 404 or a 422 on purpose as an error of loading, also when it is put in place.
    const expected = /status of (404|422)/.test(message.text()) && bare(message.location().url) === bare(page.url());
    const isUnreached = isOffline && message.text().includes("ERR_INTERNET_DISCONNECTED");
    if (["error", "warning"].includes(message.type()) && !expected && !isUnreached) faults.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.origin !== world.site && url.protocol !== "data:") faults.push(`request to another origin: ${request.url()}`);
  });
  page.setDefaultTimeout(15_000);
  try {
    await walk(page);
  } finally {
    await context.close();
  }
  assert.deepEqual(faults, []);
}
