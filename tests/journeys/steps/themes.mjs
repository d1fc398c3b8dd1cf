// Light and dark: by the system, and by choice.
import assert from "node:assert/strict";
import { visit } from "./visit.mjs";

const ground = (page) => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
/** The lightness in `oklch(0.985 …)`. */
const lightness = async (page) => Number((await ground(page)).match(/oklch\(([\d.]+)/)?.[1]);

export const themes = [true, false].map((script) => ({
  name: `dark is chosen, stays, and is given back to the system: ${script ? "with" : "without"} script`,
  walk: (world) =>
    visit(world, { script }, async (page) => {
      await page.goto("/catalog?q=cs61a");
      assert.ok((await lightness(page)) > 0.9, "the system is light");
      await page.getByRole("button", { name: "Dark" }).click();
      await page.waitForURL("**/catalog?q=cs61a");
      assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
      assert.ok((await lightness(page)) < 0.3);
      await page.goto("/");
      assert.ok((await lightness(page)) < 0.3, "on the next page too");
      await page.getByRole("button", { name: "As the system" }).click();
      await page.waitForURL(`${world.site}/`);
      assert.ok((await lightness(page)) > 0.9);
    }),
}));
