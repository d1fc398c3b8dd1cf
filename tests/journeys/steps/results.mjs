// Searching and filtering with script: the results change in place, and the address is the state.
import assert from "node:assert/strict";
import { PHONE, visit } from "./visit.mjs";

/** The box for courses with open seats. */
const OPEN = "input[type=checkbox][name=open][value='1']";

/** A mark on the page that a new page would not have. */
const mark = (page) => page.evaluate(() => { window.stayed = true; });
const stayed = (page) => page.evaluate(() => window.stayed === true);
const announced = (page) => page.locator("#announcer").textContent();

export const results = [
  {
    name: "typing changes the results in place, keeps the cursor and tells the address",
    walk: (world) =>
      visit(world, {}, async (page) => {
        await page.goto("/catalog");
        await mark(page);
        await page.locator("main [data-search]").pressSequentially("cs61a");
        await page.waitForURL(/q=cs61a/);
        await page.locator(".result-code", { hasText: "61A" }).first().waitFor();
        assert.ok(await stayed(page), "the page was not loaded again");
        assert.equal(await page.locator("main [data-search]").inputValue(), "cs61a");
        assert.ok(await page.locator("main [data-search]").evaluate((field) => field === document.activeElement));
        assert.match((await announced(page)) ?? "", /\d+ course/);
        assert.match(await page.title(), /cs61a/);
        await page.reload();
        await page.locator(".result-code", { hasText: "61A" }).first().waitFor();
      }),
  },
  {
    name: "a slow answer to older words never replaces newer results",
    walk: (world) =>
      visit(world, {}, async (page) => {
        let release = () => {};
        const newer = new Promise((resolve) => { release = resolve; });
        await page.route(/q=history/, async (route) => {
          await newer;
          await route.continue().catch(() => {});
        });
        await page.goto("/catalog");
        await page.locator("main [data-search]").fill("history");
        await page.waitForRequest(/q=history/);
        await page.locator("main [data-search]").fill("cs61a");
        await page.waitForURL(/q=cs61a/);
        release();
        await page.locator(".result-code", { hasText: "61A" }).first().waitFor();
        assert.match(page.url(), /q=cs61a/);
      }),
  },
  {
    name: "a filter works at once, stays in sight, and its chip takes it away",
    walk: (world) =>
      visit(world, {}, async (page) => {
        await page.goto("/catalog");
        await mark(page);
        const before = await count(page);
        await page.locator(OPEN).click();
        await page.waitForURL(/open=1/);
        await page.locator("a.chip-on").waitFor();
        assert.ok(await stayed(page));
        assert.ok(await page.locator(OPEN).evaluate((box) => box === document.activeElement), "focus stays");
        assert.ok((await count(page)) <= before);
        await page.goBack();
        await page.waitForURL((url) => !url.search.includes("open=1"));
        await page.locator("a.chip-on").waitFor({ state: "detached" });
        assert.ok(!(await page.locator(OPEN).isChecked()), "back takes it away");
        assert.ok(await stayed(page), "in place");
        await page.goForward();
        await page.locator("a.chip-on").waitFor();
        await page.locator("a.chip-on").click();
        await page.waitForURL((url) => !url.search.includes("open=1"));
        assert.equal(await count(page), before);
      }),
  },
  {
    name: "without a connection the results stay, and the page says so",
    walk: (world) =>
      visit(world, { isOffline: true }, async (page) => {
        await page.goto("/catalog");
        const before = await count(page);
        await page.context().setOffline(true);
        await page.locator("main [data-search]").fill("econ");
        await page.getByText("The site cannot be reached.").waitFor();
        assert.equal(await count(page), before);
        await page.context().setOffline(false);
        await page.locator("main [data-search]").fill("econo");
        await page.getByText("The site cannot be reached.").waitFor({ state: "detached" });
        await page.waitForURL(/q=econo/);
      }),
  },
  {
    name: "words and filters work together, in either order",
    walk: (world) =>
      visit(world, {}, async (page) => {
        await page.goto("/catalog");
        await page.locator("main [data-search]").fill("data");
        await page.waitForURL(/q=data/);
        await page.locator(OPEN).click();
        await page.waitForURL(/(?=.*q=data)(?=.*open=1)/);
        await page.locator("main [data-search]").fill("linear");
        await page.waitForURL(/(?=.*q=linear)(?=.*open=1)/);
        const shared = page.url();
        const live = await count(page);
        await page.goto(shared);
        assert.equal(await count(page), live, "the address alone gives the same results");
      }),
  },
  {
    name: "another order is chosen without a button",
    walk: (world) =>
      visit(world, {}, async (page) => {
        await page.goto("/catalog?q=data");
        assert.ok(await page.getByRole("button", { name: "Sort" }).isHidden());
        const select = page.locator("form.sort select");
        const other = await select.locator("option:not([selected])").first().getAttribute("value");
        await select.selectOption(other);
        await page.waitForURL(new RegExp(`(?=.*q=data)(?=.*sort=${other})`));
      }),
  },
  {
    name: "on a phone the filters unfold, and choosing keeps them unfolded",
    walk: (world) =>
      visit(world, { size: PHONE }, async (page) => {
        await page.goto("/catalog");
        assert.ok(await page.locator(OPEN).isHidden());
        await page.locator(".filter-panel > summary").tap();
        await page.locator(OPEN).tap();
        await page.waitForURL(/open=1/);
        await page.locator(".filter-panel > summary .facet-chosen").waitFor();
        assert.ok(await page.locator(OPEN).isVisible());
      }),
  },
  {
    name: "a chart reads out what is under the pointer",
    walk: (world) =>
      visit(world, {}, async (page) => {
        await page.goto(world.course);
        const chart = page.locator(".chart").last();
        await chart.scrollIntoViewIfNeeded();
        await chart.locator(".chart-hit").nth(1).hover();
        assert.match((await chart.locator(".chart-readout").textContent()) ?? "", /: .*\d/);
      }),
  },
];

/** How many courses the page says there are. */
async function count(page) {
  const words = await page.locator("[data-announce]").last().getAttribute("data-announce");
  return Number((words ?? "").replaceAll(",", "").match(/\d+/)?.[0] ?? 0);
}
