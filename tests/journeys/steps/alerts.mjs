// A seat alert, from a class that is full to the mail, the log and the end of mail: Ana on a desk with script, Ben on a
// phone without. And a mistake that somebody reports, which the team gets by mail.
import assert from "node:assert/strict";
import { join } from "node:path";
import { isFine } from "./accounts.mjs";
import { backstage } from "./backstage.mjs";
import { DESK, PHONE, visit } from "./visit.mjs";

const ANA = { name: "Ana", address: "ana+sample@berkeley.edu", around: { size: DESK, scheme: "light" } };
const BEN = { name: "Ben", address: "ben+sample@berkeley.edu", around: { size: PHONE, scheme: "dark", script: false } };

/** As somebody signed in, on the page of alerts. */
function as(world, person, walk) {
  return visit(world, person.around, async (page) => {
    await page.goto("/sign-in?next=%2Falerts");
    await page.getByRole("button", { name: `${person.name} Sample` }).click();
    await page.waitForURL("**/alerts");
    await walk(page);
  });
}

/** Loads the page until it says something: what is waited for happens in another process. */
async function says(page, text) {
  const place = page.locator("main").getByText(text).first();
  for (const end = Date.now() + 30_000; !(await place.isVisible()); await page.reload()) {
    if (Date.now() > end) throw new Error(`the page never said ${text}: ${await page.locator("main").innerText()}`);
  }
}

async function picture(world, page, person, what) {
  await isFine(page, { script: person.around.script !== false });
  await page.screenshot({ path: join(world.pictures, `alerts-${what}-${person.name.toLowerCase()}.png`), fullPage: true });
}

/** A lecture of the sample course in the term that is current: its page, its number, its name. */
async function lecture(world) {
  let found;
  await visit(world, ANA.around, async (page) => {
    await page.goto("/catalog?q=cs61a");
    const path = await page.locator("[data-item]").first().getAttribute("href");
    await page.goto(path.split("?")[0]);
    const panel = page.locator("article.lecture").first();
    const section = Number(await panel.locator(".copyable-text").innerText());
    const label = (await panel.locator("h3").innerText()).match(/^\w+ \w+/)[0];
    found = { path: new URL(page.url()).pathname, address: page.url(), term: path.split("/")[2], section, label };
  });
  return found;
}

/** Follows the course on its page, and then that lecture alone. */
async function follow(world, person, { path, section, label }) {
  await as(world, person, async (page) => {
    await page.goto(path);
    await says(page, "Full");
    await page.getByRole("button", { name: /^Alert me/ }).click();
    await page.getByRole("link", { name: /^Alerts on/ }).click();
    await page.getByText("Change", { exact: true }).click();
    await page.getByLabel("Which section").selectOption(String(section));
    await picture(world, page, person, "change");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await says(page, label);
    await says(page, "One section");
  });
}

/** The mail says which class, how many seats, as of when, and where; and how to end it. Gives the way to that end. */
function isSeatMail({ headers, text }, { label, section, address }, open) {
  assert.match(headers.get("subject"), new RegExp(`61A ${label}: .*open`));
  assert.match(text, new RegExp(`61A ${label}: .*open`));
  assert.ok(text.includes(`CCN ${section}`), text);
  assert.match(text, new RegExp(`\\b${open} (of \\d+ )?seat`), text);
  assert.match(text, /SIS at \d+:\d\d [ap]m/);
  assert.ok(text.includes(address), `${address} in ${text}`);
  assert.equal(headers.get("list-unsubscribe-post"), "List-Unsubscribe=One-Click");
  const link = headers.get("list-unsubscribe").match(/^<(http:.*)>$/)[1];
  assert.ok(text.includes(link), "the link stands in the text as well");
  return new URL(link);
}

async function walk(world) {
  const behind = await backstage(world.bt, world.data);
  try {
    const class_ = await lecture(world);
    const seats = (open, waiting) => behind.seats(class_.term, class_.section, open, waiting);
    await seats(0, 3);
    await follow(world, ANA, class_);
    await follow(world, BEN, class_);
    await reportAMistake(world, behind);

    await seats(1);
    const link = isSeatMail(await behind.mailTo(ANA.address), class_, 1);
    isSeatMail(await behind.mailTo(BEN.address), class_, 1);
    await as(world, ANA, async (page) => {
      await says(page, /^Mailed/);
      await picture(world, page, ANA, "log");
    });

    // Nobody has to be signed in for the link, and looking at it changes nothing.
    await visit(world, ANA.around, async (page) => {
      await page.goto(link.pathname + link.search);
      await picture(world, page, ANA, "unsubscribe");
      await page.getByRole("button", { name: "Stop all mail of alerts" }).click();
      await page.getByRole("heading", { name: "No more mail" }).waitFor();
    });

    // It fills up, and opens again: who wants mail is told again, the other sees it on the site alone.
    await seats(0, 2);
    await seats(2);
    const again = isSeatMail(await behind.mailTo(BEN.address, 2), class_, 2);
    await as(world, ANA, async (page) => {
      await says(page, "Not mailed: mail was off");
      await page.getByRole("button", { name: "Turn mail on" }).click();
      await says(page, "Mail is on.");
    });

    // The button of a mail program: a bare request, without a page.
    const body = new URLSearchParams("List-Unsubscribe=One-Click");
    const answer = await fetch(new URL(again.pathname + again.search, world.site), { method: "POST", body });
    assert.equal(answer.status, 200);
    await as(world, BEN, async (page) => {
      await says(page, "Mail is off");
      await picture(world, page, BEN, "off");
    });
    assert.deepEqual([ANA, BEN].map(({ address }) => behind.mailsTo(address).length), [1, 2], "nothing came twice");
    for (const person of [ANA, BEN]) await leave(world, person);
  } finally {
    behind.leave();
  }
}

/** Other journeys sign in as the same people, and find what they leave. */
async function leave(world, person) {
  await as(world, person, async (page) => {
    await page.goto("/profile");
    await page.getByText("Delete my account").first().click();
    await page.getByLabel("To be sure").fill(person.address.split("@")[0]);
    await page.getByRole("button", { name: "Delete my account" }).click();
    await page.getByText("are deleted").waitFor();
  });
}

/** By the form; the team answers whoever left an address. */
async function reportAMistake(world, behind) {
  await visit(world, BEN.around, async (page) => {
    await page.goto("/bugs?page=%2Fcatalog");
    await page.getByLabel("What went wrong").fill("The room of CS 61A\nis wrong: café, not 155.\n.\nSubject: no header");
    await page.getByLabel("How can we reach you?").fill("oski@example.edu");
    await page.getByRole("button", { name: "Send the report" }).click();
    await page.getByRole("heading", { name: "Thank you" }).waitFor();
  });
  const { headers, text } = await behind.mailTo("team@example.edu");
  assert.match(headers.get("subject"), /^Mistake reported: \/catalog/);
  assert.match(headers.get("reply-to"), /^<?oski@example.edu>?$/);
  assert.ok(text.includes("The room of CS 61A\nis wrong: café, not 155.\n.\nSubject: no header"), text);
}

export const alerts = [{ name: "alerts: follow a full class, get the mail, read the log, end the mail; a mistake is mailed", walk }];
