// When pages are painted first: `node paint.mjs http://localhost:8080 /catalog /about …`. Each page several times in a fresh
// browser context, on a phone's screen, with the processor slowed down. Prints a table for docs/BENCHMARKS.md.
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { PHONE, launched } from "./steps/visit.mjs";

/** How many times slower than this machine a phone is. */
const SLOWER = 4;
const ROUNDS = 7;
/** With each new window the browser also loads pages of its own, on the same processor: those are waited for. */
const SETTLED_MS = 1500;

const [site, ...paths] = process.argv.slice(2);
const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));
const browser = await launched(executablePath);
console.log(`| page, processor ${SLOWER} times slower | first paint, median (slowest) of ${ROUNDS} | moved while loading |\n|---|---|---|`);
// What the browser itself takes, of which no page can be quicker.
const empty = createServer((_, answer) => {
  answer.setHeader("content-type", "text/html");
  answer.end("<!doctype html><title>Empty</title><p>Two words");
});
await new Promise((listening) => empty.listen(0, "127.0.0.1", listening));
const addresses = [`http://127.0.0.1:${empty.address().port}/`, ...paths.map((path) => site + path)];
for (const address of addresses) {
  const seen = [];
  for (let round = 0; round < ROUNDS; round += 1) seen.push(await first(address));
  const paints = seen.map((each) => each.paint).sort((a, b) => a - b);
  const moved = Math.max(...seen.map((each) => each.moved));
  const name = address.startsWith(site) ? address.slice(site.length) : "two words and nothing else";
  console.log(`| ${name} | ${Math.round(paints[ROUNDS >> 1])} ms (${Math.round(paints.at(-1))} ms) | ${moved.toFixed(4)} |`);
}
await browser.close();
empty.close();

/** The first visit of somebody who was never here. */
async function first(address) {
  const context = await browser.newContext({ viewport: PHONE, hasTouch: true });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await new Promise((settled) => setTimeout(settled, SETTLED_MS));
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  await page.goto(address, { waitUntil: "load" });
  const seen = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const look = () => {
          const paint = performance.getEntriesByName("first-contentful-paint")[0];
          if (!paint) return requestAnimationFrame(look);
          let moved = 0;
          const shifts = new PerformanceObserver((list) => { for (const each of list.getEntries()) moved += each.value; });
          shifts.observe({ type: "layout-shift", buffered: true });
          requestAnimationFrame(() => requestAnimationFrame(() => resolve({ paint: paint.startTime, moved })));
        };
        look();
      }),
  );
  await context.close();
  return seen;
}
