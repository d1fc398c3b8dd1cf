// Pictures of every page for docs/screens: `node screens.mjs SITE FOLDER CHROMIUM`. Each on a desk in light and on a phone
// in dark, as far down as a reader sees at first.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loaded } from "./steps/loaded.mjs";
import { ownPages, publicPages } from "./steps/pages.mjs";
import { DESK, PHONE, launched, visit } from "./steps/visit.mjs";

/** Of WebP: text stays sharp, and a page weighs some 40 KB. */
const QUALITY = 82;
const SURROUNDINGS = [
  { name: "desk", size: DESK, scheme: "light" },
  { name: "phone", size: PHONE, scheme: "dark" },
];

const [site, folder, executablePath] = process.argv.slice(2);
const browser = await launched(executablePath);
const world = { browser, site: site.replace(/\/$/, ""), isForPictures: true };
Object.assign(world, await loaded(world));
const own = await ownPages(world);
await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });

const all = [...publicPages(world), ...own.pages];
for (const each of all) {
  const state = own.pages.includes(each) ? own.state : undefined;
  for (const { name, size, scheme } of SURROUNDINGS) {
    await visit(world, { size, scheme, state }, async (page) => {
      await page.goto(each.path);
      const session = await page.context().newCDPSession(page);
      const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: QUALITY });
      await writeFile(join(folder, `${each.name}-${name}.webp`), Buffer.from(data, "base64"));
    });
  }
}
const rows = all.map(({ name }) => `| ${name} | ![${name} on a desk](${name}-desk.webp) | ![${name} on a phone, dark](${name}-phone.webp) |`);
const head = "# Every page of the site\n\nMade by `cargo xtask screens` on the demo campus.\n\n| page | desk, light | phone, dark |\n|---|---|---|\n";
await writeFile(join(folder, "README.md"), `${head}${rows.join("\n")}\n`);
await browser.close();
console.log(`${all.length * SURROUNDINGS.length} pictures`);
