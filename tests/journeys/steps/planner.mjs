// A week is planned, shared, and followed in a calendar: with and without script, on a desk and on a phone.
import assert from "node:assert/strict";
import ICAL from "ical.js";
import { isForEverybody } from "./everybody.mjs";
import { isWhole } from "./looks.mjs";
import { DESK, PHONE, visit } from "./visit.mjs";

/** Two courses of the demo campus that meet at known times. */
const COURSES = ["compsci 61a", "data 100"];

export const planner = [
  [DESK, true],
  [DESK, false],
  [PHONE, true],
  [PHONE, false],
].map(([size, script]) => ({
  name: `plan a week ${script ? "with" : "without"} script (${size === PHONE ? "phone" : "desk"})`,
  walk: (world) =>
    visit(world, { size, script }, async (page) => {
      await page.goto("/planner");
      await page.getByLabel("Name, if you like").fill("Plan A");
      await page.getByRole("button", { name: "New schedule" }).click();
      await page.waitForURL(/\/planner\/[0-9a-f-]{36}$/);
      assert.equal(await page.locator("h1").textContent(), "Plan A");

      for (const course of COURSES) await add(page, course);
      assert.equal(await page.locator("article.planned").count(), COURSES.length);
      assert.ok((await page.locator(".week-block").count()) > 0, "something stands in the week");

      await refused(page);
      await keepFree(page);
      const blocks = await page.locator(".week-block.kept-free").count();
      assert.equal(blocks, 5, "lunch on five days");

      await page.getByRole("button", { name: "Undo" }).click();
      await page.locator(".week-block.kept-free").first().waitFor({ state: "detached" });
      await page.getByRole("button", { name: "Redo" }).click();
      await page.locator(".week-block.kept-free").first().waitFor();
      await look(world, page, "planner", size, script);
      await printed(page);
      await preview(world, page, size, script);
      await generated(world, page, size, script);

      const words = await page.locator(".week-block strong").allTextContents();
      await share(world, page, words);
    }),
}));

/** Whole, for everybody, and a picture of it. */
async function look(world, page, name, size, script) {
  await isWhole(page);
  if (script) await isForEverybody(page);
  await page.screenshot({ path: `${world.pictures}/${name}-${size.width}-${script ? "script" : "plain"}.png`, fullPage: true });
}

/** A section is looked at by a link, chosen from there, and the change undone. */
async function preview(world, page, size, script) {
  const address = page.url();
  await page.getByRole("link", { name: "Choose sections" }).first().click();
  const link = page.locator("a.choice-preview").first();
  await link.focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/&try=\d+#preview$/);
  assert.ok((await page.locator(".week-block.preview").count()) > 0, "it stands in the week");
  assert.ok(await page.locator("#preview").evaluate((each) => each.getBoundingClientRect().top < window.innerHeight), "in sight");
  await look(world, page, "planner-preview", size, script);
  await page.getByRole("button", { name: "Choose it" }).click();
  await page.locator("#preview").waitFor({ state: "detached" });
  assert.equal(await page.locator(".week-block.preview").count(), 0);
  await page.getByRole("button", { name: "Undo" }).click();
  await page.goto(address.split("?")[0].split("#")[0]);
}

/** On paper it is one page, with the numbers to enroll by. */
async function printed(page) {
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  assert.equal(pdf.match(/\/Type \/Page$/gm)?.length, 1, "pages");
  await page.emulateMedia({ media: "print" });
  assert.ok(await page.locator(".on-paper td").first().isVisible());
  assert.ok(await page.locator(".planner-tools").first().isHidden());
  await page.emulateMedia({ media: "screen" });
}

/** Every proposal has a title of its own. */
async function generated(world, page, size, script) {
  const address = page.url();
  await page.getByRole("link", { name: "Find schedules that fit" }).click();
  await page.waitForURL(/\/generate$/);
  await page.getByRole("button", { name: "Find schedules" }).click();
  await page.waitForURL(/asked=1/);
  assert.ok(await page.locator("#proposals").evaluate((each) => each.getBoundingClientRect().top < window.innerHeight), "in sight");
  const titles = await page.locator(".candidate > h3").allTextContents();
  assert.ok(titles.length > 1, "something is proposed");
  const words = titles.map((title) => title.replace(/^No\. \d+: /, ""));
  assert.equal(new Set(words).size, words.length, words.join(" | "));
  await look(world, page, "planner-generate", size, script);
  await page.goto(address);
}

/** A form that cannot be carried out comes back with what was typed, and the way to what is wrong. */
async function refused(page) {
  await page.locator("details.keep-free > summary").click();
  await page.getByLabel("What for").fill("Swimming");
  await page.getByLabel("To", { exact: true }).fill("11:00");
  await page.getByRole("button", { name: "Keep it free" }).click();
  await page.getByRole("alert").filter({ hasText: "It must end after it begins." }).waitFor();
  assert.equal(await page.getByLabel("What for").inputValue(), "Swimming");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "free-to", "the field is at hand");
  await page.goto(page.url().split("?")[0].split("#")[0]);
}

/** Adds a course, and chooses what it asks for. */
async function add(page, course) {
  await page.locator("#add").fill(course);
  await page.locator("#add").press("Enter");
  const offered = page.locator("form.found-course", { has: page.getByRole("button", { name: "Add", exact: true }) });
  const before = await page.locator("article.planned").count();
  await offered.first().getByRole("button", { name: "Add", exact: true }).click();
  await page.locator("article.planned").nth(before).waitFor();
  // What it still asks for stands open; the first of each kind will do.
  for (let more = 0; more < 4; more += 1) {
    const kinds = page.locator("form.choices fieldset:not(:has([aria-pressed=true]))");
    if ((await kinds.count()) === 0) break;
    const chosen = await page.locator("form.choices [aria-pressed=true]").count();
    await kinds.first().locator("button.choice").first().click();
    await page.locator("form.choices [aria-pressed=true]").nth(chosen).waitFor();
  }
}

async function keepFree(page) {
  await page.locator("details.keep-free > summary").click();
  await page.getByLabel("What for").fill("Lunch");
  await page.getByRole("button", { name: "Keep it free" }).click();
  await page.locator(".week-block.kept-free").first().waitFor();
}

/** A link shows the same week to a stranger and no name; a calendar address follows the plan; both can be revoked. */
async function share(world, page, words) {
  await page.getByRole("link", { name: "Share, calendar" }).click();
  await page.getByRole("button", { name: "Make a link" }).click();
  const link = await page.locator("#share .links a").first().getAttribute("href");
  await page.getByRole("button", { name: "Make a calendar address" }).click();
  const calendar = await page.locator("#calendar .links a").first().getAttribute("href");

  await visit(world, { size: DESK, script: false }, async (stranger) => {
    await stranger.goto(link);
    assert.deepEqual((await stranger.locator(".week-block strong").allTextContents()).sort(), words.map((word) => (word === "Lunch" ? "Busy" : word)).sort());
    assert.equal(await stranger.getByRole("button", { name: "Undo" }).count(), 0, "a stranger changes nothing");
    await stranger.getByRole("button", { name: "Make it my own" }).click();
    await stranger.waitForURL(/\/planner\/[0-9a-f-]{36}$/);
  });
  await follow(page, calendar);

  await page.locator("#share").getByRole("button", { name: "Revoke" }).first().click();
  await page.locator("#share .links").waitFor({ state: "detached" });
  const after = await page.request.get(link);
  assert.equal(after.status(), 404, "a revoked link opens nothing");
}

/** What an independent reader of calendars makes of it. */
async function follow(page, address) {
  const answer = await page.request.get(address);
  assert.equal(answer.status(), 200);
  assert.match(answer.headers()["content-type"], /^text\/calendar/);
  const calendar = new ICAL.Component(ICAL.parse(await answer.text()));
  const events = calendar.getAllSubcomponents("vevent").map((event) => new ICAL.Event(event));
  assert.ok(events.length >= COURSES.length, `${events.length} events`);
  assert.ok(calendar.getFirstSubcomponent("vtimezone"), "times of the campus carry their zone");
  const lunch = events.find((each) => each.summary === "Lunch");
  assert.equal(lunch?.startDate.hour, 12, "what is kept free is in it");
  for (const event of events.filter((each) => each.isRecurring())) {
    const dates = [];
    const all = event.iterator();
    for (let next = all.next(); next && dates.length < 200; next = all.next()) dates.push(next);
    assert.ok(dates.length > 1 && dates.length < 200, `${event.summary} takes place ${dates.length} times`);
    assert.equal(dates[0].toString(), event.startDate.toString(), "the first is the first");
  }
  const again = await page.request.get(address, { headers: { "if-none-match": answer.headers().etag } });
  assert.equal(again.status(), 304, "what did not change is not sent twice");
}
