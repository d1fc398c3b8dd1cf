// Every page, on a desk and on a phone, in light and in dark, with and without script: is it whole, can everybody use
// it, does it fit? A picture of each is kept, to be looked at.
import assert from "node:assert/strict";
import { join } from "node:path";
import { isForEverybody } from "./everybody.mjs";
import { ownPages, publicPages } from "./pages.mjs";
import { DESK, PHONE, visit } from "./visit.mjs";

/**
 * The most that a page may move while it loads, as cumulative layout shift: a tenth of what counts as good. Not 0: when
 * the browser paints a page whose end is still on its way, the line that is being completed may grow by a little.
 */
const SHIFT_MAX = 0.01;

/** What is read most is looked at everywhere, all the rest where it differs. */
const most = (world) => publicPages(world).filter((each) => MOST.includes(each.name));
const MOST = ["home", "catalog", "search", "nothing", "course", "opened", "missing", "grades-compared", "enrollment-compared"];
const all = (world) => [...publicPages(world), ...world.own.pages];

const surroundings = [
  { size: DESK, scheme: "light", script: true, pages: all },
  { size: DESK, scheme: "dark", script: true, pages: publicPages },
  { size: PHONE, scheme: "light", script: true, pages: publicPages },
  { size: PHONE, scheme: "dark", script: true, pages: all },
  { size: DESK, scheme: "light", script: false, pages: most },
  { size: PHONE, scheme: "dark", script: false, pages: most },
];

const everyPage = surroundings.map((around) => {
  const place = around.size === PHONE ? "phone" : "desk";
  const script = around.script ? "with script" : "without script";
  return {
    name: `every page is whole and fits: ${place}, ${around.scheme}, ${script}`,
    walk: async (world) => {
      world.own ??= await ownPages(world);
      for (const each of around.pages(world)) {
        const state = world.own.pages.includes(each) ? world.own.state : undefined;
        await named(each.name, () =>
          visit(world, { ...around, state }, async (page) => {
            const answer = await page.goto(each.path);
            assert.equal(answer?.status(), each.status ?? 200, "status");
            await isWhole(page);
            if (around.script) await isStill(page);
            if (around.script) await isForEverybody(page);
            await page.screenshot({
              path: join(world.pictures, `${each.name}-${place}-${around.scheme}${around.script ? "" : "-plain"}.png`),
              fullPage: true,
            });
          }),
        );
      }
    },
  };
});

/** Copied to docs/catalog.png when the site looks different from what the README shows. */
const readme = {
  name: "the picture of the README",
  walk: (world) =>
    visit(world, { size: { width: 1280, height: 800 } }, async (page) => {
      await page.goto("/catalog?q=data&term=fall-2026");
      await page.screenshot({ path: join(world.pictures, "readme.png") });
    }),
};

export const looks = [...everyPage, readme];

async function named(name, walk) {
  try {
    await walk();
  } catch (error) {
    throw new Error(`${name}: ${error.message}`);
  }
}

/** Title, one h1, language, landmarks, labels, no sideways scrolling, nothing inline. */
export async function isWhole(page) {
  const seen = await page.evaluate(() => {
    const controls = [...document.querySelectorAll("input:not([type=hidden]), select, textarea")];
    return {
      title: document.title,
      headings: document.querySelectorAll("h1").length,
      language: document.documentElement.lang,
      landmarks: ["body > header", "nav[aria-label]", "body > main", "body > footer"].filter((each) => !document.querySelector(each)),
      unlabelled: controls.filter((each) => !each.labels?.length && !each.ariaLabel).map((each) => each.outerHTML),
      wider: document.documentElement.scrollWidth - window.innerWidth,
      inline: document.querySelectorAll("[style], style, script:not([src])").length,
    };
  });
  assert.ok(seen.title.length > 3, "a title");
  assert.equal(seen.headings, 1, "exactly one h1");
  assert.equal(seen.language, "en", "the language");
  assert.deepEqual(seen.landmarks, [], "landmarks that are missing");
  assert.deepEqual(seen.unlabelled, [], "inputs without a label");
  assert.ok(seen.wider <= 0, `the page is ${seen.wider}px wider than the screen`);
  assert.equal(seen.inline, 0, "inline styles or scripts");
}

/** Nothing that can be seen moved while the page loaded. */
async function isStill(page) {
  const moved = await page.evaluate(
    () =>
      new Promise((resolve) => {
        let sum = 0;
        const shifts = new PerformanceObserver((list) => { for (const each of list.getEntries()) sum += each.value; });
        shifts.observe({ type: "layout-shift", buffered: true });
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
      }),
  );
  assert.ok(moved <= SHIFT_MAX, `the page moved by ${moved} while it loaded`);
}
