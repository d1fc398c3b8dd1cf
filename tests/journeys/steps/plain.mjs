// Without script everything works by links and buttons.
import assert from "node:assert/strict";
import { DESK, PHONE, visit } from "./visit.mjs";

export const plain = [DESK, PHONE].map((size) => ({
  name: `without script: search, filter, sort, page, read a course (${size === PHONE ? "phone" : "desk"})`,
  walk: (world) =>
    visit(world, { size, script: false }, async (page) => {
      await page.goto("/");
      await page.locator("main [data-search]").fill("data");
      await page.locator("main [data-search]").press("Enter");
      await page.waitForURL(/\/catalog\?.*q=data/);

      if (size === PHONE) await page.locator(".filter-panel > summary").click();
      await page.locator("input[type=checkbox][name=open][value='1']").check();
      await page.getByRole("button", { name: "Show results" }).click();
      await page.waitForURL(/(?=.*q=data)(?=.*open=1)/);
      await page.locator("a.chip-on").first().waitFor();

      const select = page.locator("form.sort select");
      const other = await select.locator("option:not([selected])").first().getAttribute("value");
      await select.selectOption(other);
      await page.getByRole("button", { name: "Sort" }).click();
      await page.waitForURL(new RegExp(`(?=.*q=data)(?=.*open=1)(?=.*sort=${other})`));

      await page.goto("/catalog");
      await page.getByRole("link", { name: "Next" }).click();
      await page.waitForURL(/page=2/);

      const first = page.locator("[data-item]").first();
      const href = await first.getAttribute("href");
      await first.click();
      await page.waitForURL(`**${href}`);
      assert.equal(await page.locator("h1").count(), 1);

      await page.goto(world.course);
      await page.locator(".chart-table summary").first().click();
      assert.ok(await page.locator(".chart-table table").first().isVisible(), "the numbers beside the chart");
    }),
}));
