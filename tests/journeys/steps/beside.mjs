// On a wide desk a course opens beside the list; the address says which. Smaller screens go to its page.
import assert from "node:assert/strict";
import { PHONE, visit } from "./visit.mjs";

const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 1100, height: 800 };

const mark = (page) => page.evaluate(() => { window.stayed = true; });
const stayed = (page) => page.evaluate(() => window.stayed === true);
const opened = (page) => page.locator("#opened").getAttribute("data-of");
const first = (page) => page.locator("[data-item]").first();

export const beside = [
  {
    name: "on a wide desk a course opens beside the list without a new page; back closes it, forward opens it again",
    walk: (world) =>
      visit(world, { size: WIDE }, async (page) => {
        await page.goto("/catalog?q=data");
        await mark(page);
        const href = await first(page).getAttribute("href");
        await first(page).click();
        await page.waitForURL(/(?=.*q=data)(?=.*course=)/);
        await page.locator("#opened[data-of] h2.title-like").waitFor();
        assert.ok(await stayed(page), "the page was not loaded again");
        assert.equal(await opened(page), href);
        assert.equal(await first(page).getAttribute("aria-current"), "true");
        assert.match((await page.locator("#announcer").textContent()) ?? "", /is open/);
        await page.goBack();
        await page.locator("#opened:not([data-of])").waitFor();
        assert.ok(!page.url().includes("course="));
        await page.goForward();
        await page.locator("#opened[data-of]").waitFor();
        const shared = page.url();
        await page.goto("/");
        await page.goto(shared);
        assert.equal(await opened(page), href, "the address alone opens it");
      }),
  },
  {
    name: "what is opened stays open while the list changes, and a key closes it",
    walk: (world) =>
      visit(world, { size: WIDE }, async (page) => {
        await page.goto("/catalog?q=data");
        await mark(page);
        await first(page).click();
        await page.locator("#opened[data-of]").waitFor();
        const href = await opened(page);
        await page.locator("main [data-search]").fill("cs61a");
        await page.waitForURL(/(?=.*q=cs61a)(?=.*course=)/);
        await page.locator(".result-code", { hasText: "61A" }).first().waitFor();
        assert.equal(await opened(page), href);
        await page.locator("main [data-search]").press("Escape");
        await page.keyboard.press("x");
        await page.locator("#opened:not([data-of])").waitFor();
        assert.ok(!page.url().includes("course=") && page.url().includes("q=cs61a"), page.url());
        await page.locator("main [data-search]").fill("data");
        await page.waitForURL(/q=data/);
        assert.ok(!page.url().includes("course="), "what was closed stays closed");
        assert.ok(await stayed(page));
      }),
  },
  {
    name: "j and Enter open beside, and the keys go on from there",
    walk: (world) =>
      visit(world, { size: WIDE }, async (page) => {
        await page.goto("/catalog?q=data");
        await page.keyboard.press("j");
        await page.keyboard.press("Enter");
        await page.locator("#opened[data-of]").waitFor();
        const before = await opened(page);
        await page.keyboard.press("j");
        await page.keyboard.press("Enter");
        await page.waitForFunction((was) => document.getElementById("opened")?.dataset.of !== was, before);
        assert.equal(await page.locator("[data-item][aria-current]").count(), 1);
      }),
  },
  {
    name: "on smaller screens a course is a page, and a shared address shows it with the way back",
    walk: async (world) => {
      for (const size of [NARROW, PHONE]) {
        await visit(world, { size }, async (page) => {
          await page.goto("/catalog?q=data");
          const href = await first(page).getAttribute("href");
          const code = (await page.locator(".result-beside").first().getAttribute("href")) ?? "";
          await first(page).click();
          await page.waitForURL(`**${href}`);
          await page.goto(code);
          await page.locator("#opened h2.title-like").waitFor();
          assert.ok(await page.locator(".results").isHidden(), "one step at a time");
          await page.getByRole("link", { name: "Back to the list" }).click();
          await page.locator(".results").waitFor();
        });
      }
    },
  },
  {
    name: "without script a link of its own opens a course beside the list",
    walk: (world) =>
      visit(world, { size: WIDE, script: false }, async (page) => {
        await page.goto("/catalog?q=data");
        await page.locator(".result-beside").first().click();
        await page.waitForURL(/(?=.*q=data)(?=.*course=)/);
        assert.ok(await page.locator(".results").isVisible() && await page.locator("#opened h2.title-like").isVisible());
        assert.ok(await page.locator(".copy").first().isHidden(), "numbers are selected, not copied");
      }),
  },
  {
    name: "a class number is copied by one tap",
    walk: (world) =>
      visit(world, { size: PHONE }, async (page) => {
        await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
        await page.goto(world.course);
        const button = page.locator("[data-copy]").first();
        const ccn = await button.getAttribute("data-copy");
        await button.tap();
        await page.locator("[data-copy]", { hasText: "Copied" }).waitFor();
        assert.equal(await page.evaluate(() => navigator.clipboard.readText()), ccn);
        assert.match((await page.locator("#announcer").textContent()) ?? "", new RegExp(ccn));
      }),
  },
  {
    name: "prerequisites lead from a course to what must come before it, and back",
    walk: (world) =>
      visit(world, {}, async (page) => {
        await page.goto(world.course);
        const next = page.locator("#leads-to .chips a").first();
        if ((await next.count()) === 0) return;
        const here = new URL(page.url()).pathname;
        await next.click();
        await page.waitForURL((url) => url.pathname !== here);
        // The other may be offered in another term only; the way back leads to the course in that term then.
        const [subject, number] = here.split("/").slice(-2);
        await page.locator(`#about a[href$="/${subject}/${number}"]`).first().waitFor();
      }),
  },
];
