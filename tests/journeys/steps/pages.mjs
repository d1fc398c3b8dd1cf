// Every page of the site by a name: those for everybody, and those of somebody who is signed in and plans.
import assert from "node:assert/strict";

/** A word that no course has. */
const NOTHING = "/catalog?q=qzxqzxqzx";

/** The course as the pages that compare name it: `COMPSCI.61A`. */
const selection = (world) => world.course.split("/").slice(3).join(".");
const words = (world) => world.course.split("/").slice(3).join("+");
const inTerm = (world, code) => `${code}.${world.course.split("/")[2]}`;

/** @returns {{ name: string, path: string, status?: number }[]} */
export const publicPages = (world) => [
  { name: "home", path: "/" },
  { name: "catalog", path: "/catalog" },
  { name: "search", path: "/catalog?q=cs61a" },
  { name: "filtered", path: "/catalog?q=data&open=1&sort=grade" },
  { name: "nothing", path: NOTHING },
  { name: "course", path: world.course },
  { name: "opened", path: `/catalog?q=data&course=${words(world)}` },
  { name: "missing-course", path: world.course.replace(/[^/]+$/, "9999"), status: 404 },
  { name: "missing", path: "/no/such/page", status: 404 },
  { name: "grades", path: "/grades" },
  { name: "grades-compared", path: `/grades?s=${selection(world)}&s=${selection(world)}&s=NOSUCH.1&change=2` },
  { name: "enrollment", path: "/enrollment" },
  { name: "enrollment-compared", path: `/enrollment?s=${inTerm(world, selection(world))}&s=NOSUCH.1` },
  { name: "enrollment-students", path: `/enrollment?s=${selection(world)}&as=students` },
  { name: "instructors", path: "/instructors" },
  { name: "instructor", path: world.instructor },
  { name: "updates", path: "/updates" },
  { name: "about", path: "/about" },
  { name: "questions", path: "/faq" },
  { name: "releases", path: "/releases" },
  { name: "privacy", path: "/privacy" },
  { name: "terms", path: "/terms" },
  { name: "mistake", path: "/bugs?page=%2Fcatalog" },
  { name: "sign-in", path: "/sign-in" },
  { name: "design", path: "/-/design" },
  { name: "api-docs", path: "/api/docs" },
  { name: "graphql", path: "/api/graphql" },
  { name: "status", path: "/status" },
];

/** The courses that are planned; there are weeks in which all of them fit. */
const PLANNED = ["compsci 61a", "chem 1a", "english"];

/**
 * Somebody signs in, saves, follows and plans; then everything that is their own has something to show.
 * @returns {Promise<{ state: object, pages: { name: string, path: string }[] }>}
 */
export async function ownPages(world) {
  const context = await world.browser.newContext({ baseURL: world.site, extraHTTPHeaders: { "sec-fetch-site": "same-origin" } });
  const post = async (path, form) => {
    const data = new URLSearchParams(form).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const answer = await context.request.post(path, { data, headers, maxRedirects: 0 });
    assert.equal(answer.status(), 303, `${path} with ${data}`);
    return answer.headers().location;
  };
  const text = async (path) => (await context.request.get(path)).text();
  const value = (html, name) => html.match(new RegExp(`name="${name}" value="([^"]*)"`))?.[1];

  if (world.isForPictures) await post("/bugs", { text: "The room of a class is the one of last term.", page: world.course });
  // Not Ana or Ben: what the other journeys find of them must be theirs alone.
  await post("/sign-in", { sample: "staff" });
  const term = world.course.split("/")[2];
  const [first, second] = [await post("/planner", { name: "Plan A", term }), await post("/planner", { name: "Plan B", term })];
  for (const schedule of [first, second]) {
    for (const word of PLANNED) {
      const page = await text(`${schedule}?q=${encodeURIComponent(word)}`);
      const course = value(page, "course");
      if (course) await post(schedule, { do: "add", version: value(page, "version"), course });
    }
  }
  /** Sends the form of a page that has these words on it, with what it carries along. */
  const submit = async (path, words) => {
    const forms = [...(await text(path)).matchAll(/<form[^>]*action="([^"]+)"[^>]*>([\s\S]*?)<\/form>/g)];
    const form = forms.find(([, , inside]) => inside.includes(words));
    assert.ok(form, `${path} has no form with “${words}”`);
    const carried = [...form[2].matchAll(/<(?:input|button)[^>]*>/g)].filter(([tag]) => !/type="checkbox"(?!.* checked)/.test(tag));
    await post(form[1], carried.flatMap(([tag]) => [tag.match(/name="([^"]+)" value="([^"]*)"/)?.slice(1)].filter(Boolean)));
  };
  // Not where it is done already, nor where nobody can follow what is over.
  for (const action of ['value="save"', 'value="follow"']) {
    if ((await text(world.course)).includes(action)) await submit(world.course, action);
  }
  await submit(`${first}/generate`, "Take this one");
  await submit(`${first}/share`, "Make a link");
  const shared = (await text(`${first}/share`)).match(/href="(?:https?:\/\/[^/"]+)?(\/s\/[^"]+)"/)?.[1];
  const state = await context.storageState();
  await context.close();
  return {
    state,
    pages: [
      { name: "planner", path: "/planner" },
      { name: "schedule", path: first },
      { name: "schedule-adding", path: `${first}?q=data` },
      { name: "generator", path: `${first}/generate` },
      { name: "schedules-compared", path: `/planner/compare?a=${first.split("/")[2]}&b=${second.split("/")[2]}` },
      { name: "schedule-history", path: `${first}/history` },
      { name: "schedule-sharing", path: `${first}/share` },
      { name: "schedule-shared", path: shared },
      { name: "saved", path: "/saved" },
      { name: "alerts", path: "/alerts" },
      { name: "profile", path: "/profile" },
      { name: "reports", path: "/reports" },
    ],
  };
}
