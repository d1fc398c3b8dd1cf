// Signing in as somebody made up, saving a class, a collection, the settings, and the end of the account: with script
// and without, on a phone and on a desk, in light and dark. Each leaves pictures and is looked at by axe.
import assert from "node:assert/strict";
import { join } from "node:path";
import { isForEverybody } from "./everybody.mjs";
import { DESK, PHONE, visit } from "./visit.mjs";

/** Nothing that axe finds, and nothing that sticks out at the side. */
export async function isFine(page, { script }) {
  if (script) await isForEverybody(page);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(wide, 0, "something sticks out at the side");
}

/** One walk from the sign-in to the farewell. */
function walk(name, surroundings, who) {
  return {
    name: `accounts: sign in, save, set, leave (${name})`,
    async walk(world) {
      const script = surroundings.script !== false;
      await visit(world, surroundings, async (page) => {
        const picture = async (what) => {
          await isFine(page, { script });
          await page.screenshot({ path: join(world.pictures, `account-${what}-${name}.png`), fullPage: true });
        };
        await page.goto(world.course);
        await page.getByRole("link", { name: "Save", exact: true }).click();
        await picture("sign-in");
        await page.getByRole("button", { name: `${who} Sample` }).click();
        await page.waitForURL((url) => url.pathname === new URL(world.course, world.site).pathname);
        await page.getByRole("button", { name: "Save", exact: true }).click();
        await page.getByRole("button", { name: /^Saved/ }).waitFor();
        await picture("course");
        await page.locator("details.account summary").click();
        await picture("menu");
        await page.getByRole("link", { name: "Saved classes" }).click();
        await page.getByLabel("Name").last().fill("Maybe next spring");
        await page.getByRole("button", { name: "Make a collection" }).click();
        await page.getByText("Add to…").first().click();
        await page.getByRole("button", { name: "Maybe next spring" }).click();
        await picture("saved");
        await page.goto("/profile");
        await page.getByLabel("Major").fill("Data & Drama");
        await page.getByRole("button", { name: "Save", exact: true }).first().click();
        await page.getByText("Your settings are saved.").waitFor();
        await page.getByLabel("Changes of saved classes").check();
        await page.getByRole("button", { name: "Save", exact: true }).last().click();
        assert.equal(await page.getByLabel("Changes of saved classes").isChecked(), true);
        assert.equal(await page.getByLabel("Major").inputValue(), "Data & Drama");
        await page.getByText("Delete my account").first().click();
        await picture("profile");
        await page.getByLabel("To be sure").fill("no");
        await page.getByRole("button", { name: "Delete my account" }).click();
        await page.getByText("Nothing was deleted").waitFor();
        await page.getByLabel("To be sure").fill(`${who.toLowerCase()}+sample`);
        await page.getByRole("button", { name: "Delete my account" }).click();
        await page.getByText("are deleted").waitFor();
        await picture("farewell");
        await page.goto("/profile");
        assert.equal(new URL(page.url()).pathname, "/sign-in");
      });
    },
  };
}

export const accounts = [
  walk("desk-light", { size: DESK, scheme: "light" }, "Ana"),
  walk("phone-dark", { size: PHONE, scheme: "dark" }, "Ben"),
  walk("phone-light-plain", { size: PHONE, scheme: "light", script: false }, "Ana"),
  walk("desk-dark-plain", { size: DESK, scheme: "dark", script: false }, "Ben"),
];
