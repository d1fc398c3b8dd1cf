// Walks the site: `node journeys.mjs http://localhost:8080 folder-for-pictures /usr/bin/chromium`.
// With the program and the data directory of the site behind that, and the mail it sends on the input, alerts as well.
// Prints a line per journey and ends with 1 when one failed.
import { mkdir } from "node:fs/promises";
import { accounts } from "./steps/accounts.mjs";
import { alerts } from "./steps/alerts.mjs";
import { looks } from "./steps/looks.mjs";
import { keyboard } from "./steps/keyboard.mjs";
import { results } from "./steps/results.mjs";
import { beside } from "./steps/beside.mjs";
import { plain } from "./steps/plain.mjs";
import { themes } from "./steps/themes.mjs";
import { planner } from "./steps/planner.mjs";
import { draft } from "./steps/draft.mjs";
import { loaded } from "./steps/loaded.mjs";
import { launched } from "./steps/visit.mjs";

const [site, pictures, executablePath, bt, data] = process.argv.slice(2);
if (!site || !pictures || !executablePath) {
  console.error("usage: node journeys.mjs SITE PICTURES CHROMIUM [BT DATA_DIR]");
  process.exit(2);
}
await mkdir(pictures, { recursive: true });
const browser = await launched(executablePath);

/** What every journey is given. */
const world = { browser, site: site.replace(/\/$/, ""), pictures, bt, data };
Object.assign(world, await loaded(world));

let failed = 0;
const everywhere = [...looks, ...results, ...beside, ...keyboard, ...themes, ...plain, ...planner, ...draft, ...accounts];
for (const journey of bt && data ? [...everywhere, ...alerts] : everywhere) {
  const began = performance.now();
  const took = () => `${Math.round((performance.now() - began) / 1000)} s`;
  try {
    await journey.walk(world);
    console.log(`ok      ${journey.name} (${took()})`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${journey.name} (${took()})\n${indented(error)}`);
  }
}
await browser.close();
console.log(failed === 0 ? "all journeys went well" : `${failed} journeys failed`);
process.exit(failed === 0 ? 0 : 1);

/** @param {unknown} error */
function indented(error) {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n").map((line) => `        ${line}`).join("\n");
}
