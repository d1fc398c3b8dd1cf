// A week that was begun without an account moves into the account at the sign-in, and is there on another device.
import assert from "node:assert/strict";
import { DESK, PHONE, visit } from "./visit.mjs";

const NAME = "Begun signed out";

export const draft = [
  [DESK, true, "Ana"],
  [DESK, false, "Ben"],
  [PHONE, true, "Ben"],
  [PHONE, false, "Ana"],
].map(([size, script, who]) => ({
  name: `sign in and keep the draft ${script ? "with" : "without"} script (${size === PHONE ? "phone" : "desk"})`,
  async walk(world) {
    let path = "";
    await visit(world, { size, script }, async (page) => {
      await page.goto("/planner");
      await page.getByLabel("Name, if you like").fill(NAME);
      await page.getByRole("button", { name: "New schedule" }).click();
      await page.waitForURL(/\/planner\/[0-9a-f-]{36}$/);
      path = new URL(page.url()).pathname;
      await page.goto(`${path}?q=compsci+61a`);
      await page.locator("form.found-course").first().getByRole("button", { name: "Add", exact: true }).click();
      await page.locator("article.planned").first().waitFor();
      await signIn(page, who);
      await page.goto("/planner");
      await page.locator(`h3 a[href="${path}"]`).click();
      await page.waitForURL((url) => url.pathname === path);
      assert.equal(await page.locator("article.planned").count(), 1, "and what was in it");
    });
    await visit(world, { size, script }, async (page) => {
      const answer = await page.goto(path);
      assert.equal(answer?.status(), 404, "a stranger does not see it");
      await signIn(page, who);
      await page.goto(path);
      assert.equal(await page.locator("h1").textContent(), NAME, "it is there on another device");
    });
  },
}));

async function signIn(page, who) {
  await page.goto("/sign-in");
  await page.getByRole("button", { name: `${who} Sample` }).click();
  await page.waitForURL((url) => url.pathname !== "/sign-in");
}
