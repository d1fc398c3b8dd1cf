// The site by keyboard alone.
import assert from "node:assert/strict";
import { visit } from "./visit.mjs";

const focused = (page, selector) =>
  page.evaluate((sel) => document.activeElement?.matches(sel) ?? false, selector);
const place = (page) =>
  page.evaluate(() => [...document.querySelectorAll("[data-item]")].indexOf(document.activeElement));

export const keyboard = [
  {
    name: "j and k move through the results and Enter opens one",
    walk: (world) =>
      // Narrower than the desk on which it would open beside the list.
      visit(world, { size: { width: 1100, height: 800 } }, async (page) => {
        await page.goto("/catalog");
        await page.keyboard.press("k");
        await page.keyboard.press("j");
        await page.keyboard.press("k");
        await page.keyboard.press("k");
        const last = await place(page);
        assert.ok(last > 0, "k starts at the end");
        await page.reload();
        await page.keyboard.press("j");
        await page.keyboard.press("j");
        assert.equal(await place(page), 1);
        await page.keyboard.press("k");
        assert.equal(await place(page), 0);
        const href = await page.evaluate(() => document.activeElement.getAttribute("href"));
        await page.keyboard.press("Enter");
        await page.waitForURL(`**${href}`);
      }),
  },
  {
    name: "a slash searches, and letters typed there are only letters",
    walk: (world) =>
      visit(world, {}, async (page) => {
        await page.goto("/");
        await page.keyboard.press("/");
        assert.ok(await focused(page, "[data-search]"));
        await page.keyboard.type("gc?j/");
        assert.equal(await page.locator("[data-search]").first().inputValue(), "gc?j/");
        assert.equal(new URL(page.url()).pathname, "/");
        await page.keyboard.press("Escape");
        assert.ok(!(await focused(page, "[data-search]")));
      }),
  },
  {
    name: "g c leads to the catalog",
    walk: (world) =>
      visit(world, {}, async (page) => {
        await page.goto("/");
        await page.keyboard.press("g");
        await page.keyboard.press("c");
        await page.waitForURL("**/catalog");
      }),
  },
  {
    name: "the help shows the keys that the page has, and closes",
    walk: (world) =>
      visit(world, {}, async (page) => {
        await page.goto("/");
        await page.keyboard.press("?");
        const help = page.getByRole("dialog", { name: "Keys" });
        await help.waitFor();
        const text = await help.innerText();
        for (const does of ["Search", "Next in the list", "Catalog"]) assert.ok(text.includes(does), does);
        await page.keyboard.press("Escape");
        await help.waitFor({ state: "detached" });
      }),
  },
  {
    name: "the first stop of the tab key leads past the header",
    walk: (world) =>
      visit(world, {}, async (page) => {
        await page.goto("/catalog");
        await page.keyboard.press("Tab");
        assert.ok(await focused(page, ".skip"));
        await page.keyboard.press("Enter");
        assert.ok(await focused(page, "main"));
      }),
  },
];
