// @ts-check
/**
 * The page works without this. With it: results change while you type, keys move you, charts read out.
 * One module, no dependency, no build step.
 */

/** How long typing must pause before the results are asked for, and how long a second key may take, in milliseconds. */
const TYPING_PAUSE_MS = 140;
const SECOND_KEY_MS = 1200;

/**
 * @template {Element} T
 * @param {string} selector
 * @param {ParentNode} [root]
 * @returns {T[]}
 */
const all = (selector, root = document) => /** @type {T[]} */ ([...root.querySelectorAll(selector)]);

/* ---- Results that change in place ---- */

/** @type {AbortController | undefined} */
let asking;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let pause;

/**
 * The address that a form would go to. Other live forms of the page may hold newer values than this one's hidden
 * fields, so what stands in their visible controls wins.
 * @param {HTMLFormElement} form
 */
function address(form) {
  const params = new URLSearchParams(/** @type {any} */ (new FormData(form)));
  for (const other of liveForms()) {
    if (other === form) continue;
    const visible = new Set(
      /** @type {HTMLInputElement[]} */ ([...other.elements]).filter((e) => e.name && e.type !== "hidden").map((e) => e.name),
    );
    for (const name of visible) params.delete(name);
    for (const [name, value] of new FormData(other)) if (visible.has(name)) params.append(name, String(value));
  }
  const url = new URL(form.action);
  // What is opened beside the list stays open, and what was closed stays closed.
  const opener = document.getElementById("opened")?.dataset.parameter;
  if (opener) {
    const opened = new URLSearchParams(location.search).get(opener);
    params.delete(opener);
    if (opened) params.set(opener, opened);
  }
  url.search = new URLSearchParams([...params].filter(([, value]) => value !== "")).toString();
  url.hash = "";
  return url;
}

/** @returns {HTMLFormElement[]} */
const liveForms = () => all("form[data-live]");

/**
 * @param {HTMLFormElement} form
 * @param {boolean} isStep whether going back leads to how it was before
 */
async function refresh(form, isStep) {
  const url = address(form);
  if (await show(url, url, "[data-region]")) {
    if (isStep && url.search !== location.search) history.pushState(null, "", url);
    else history.replaceState(history.state, "", url);
  }
  shown = location.search;
}

/** The query whose answer is on the page: going back changes the address first. */
let shown = location.search;

/**
 * Asks `from` for the page at `url` and swaps the regions that came.
 * @param {URL} url
 * @param {URL} from
 * @param {string} busy what is marked as waiting
 * @returns {Promise<boolean>} whether it is shown; false when something newer is being asked for
 */
async function show(url, from, busy) {
  clearTimeout(pause);
  asking?.abort();
  const mine = (asking = new AbortController());
  for (const region of all("[data-region]")) region.removeAttribute("aria-busy");
  for (const region of all(busy)) region.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(from, { signal: mine.signal, headers: { accept: "text/html" } });
    const html = await response.text();
    if (mine.signal.aborted) return false;
    if (!response.ok) throw new Error(String(response.status));
    document.getElementById("unreached")?.remove();
    swap(new DOMParser().parseFromString(html, "text/html"));
    return true;
  } catch (error) {
    if (mine.signal.aborted) return false;
    for (const region of all("[data-region]")) region.removeAttribute("aria-busy");
    // What the site refuses is had as a page, which explains it. Without the site there would be no page at all.
    if (error instanceof TypeError) unreached();
    else location.assign(url);
    return false;
  }
}

/** Says that the site cannot be reached, and keeps what is there. */
function unreached() {
  const words = "The site cannot be reached. What you see is as it was; typing or choosing again tries once more.";
  const said = document.getElementById("unreached") ?? document.createElement("p");
  said.id = "unreached";
  said.className = "notice notice-warning";
  said.setAttribute("role", "alert");
  said.textContent = words;
  document.querySelector("main")?.prepend(said);
}

/** @param {Document} next */
function swap(next) {
  const focused = document.activeElement?.id;
  /** @type {string[]} */
  const news = [];
  const places = new Map(all("details[id]").map((d) => [d.id, foldedState(/** @type {HTMLDetailsElement} */ (d))]));
  for (const region of all("[data-region]")) {
    const fresh = next.getElementById(region.id);
    if (!fresh) continue;
    if (fresh.dataset.of && fresh.dataset.of === region.dataset.of) {
      // What is being read stays as it is; only the way back leads to the list as it is now.
      const [way, newWay] = [region, fresh].map((each) => each.querySelector("[data-close]"));
      way?.setAttribute("href", newWay?.getAttribute("href") ?? "");
      region.removeAttribute("aria-busy");
      continue;
    }
    if (fresh.dataset.announce) news.push(fresh.dataset.announce);
    region.replaceWith(document.adoptNode(fresh));
  }
  for (const details of /** @type {HTMLDetailsElement[]} */ (all("[data-region] details[id]"))) {
    const was = places.get(details.id);
    if (!was) continue;
    details.open = was.open || details.open;
    const list = details.querySelector("fieldset");
    if (list) list.scrollTop = was.scrolled;
  }
  carry(next);
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus({ preventScroll: true });
  document.title = next.title;
  announce(news.join(". "));
}

/** @param {string} words */
function announce(words) {
  const announcer = document.getElementById("announcer");
  if (announcer) announcer.textContent = words;
}

/** @param {HTMLDetailsElement} details */
const foldedState = (details) => ({ open: details.open, scrolled: details.querySelector("fieldset")?.scrollTop ?? 0 });

/**
 * Gives each live form the hidden fields that the server sent for the new state.
 * @param {Document} next
 */
function carry(next) {
  const fresh = all("form[data-live]", next);
  if (fresh.length === 0) return;
  liveForms().forEach((form, place) => {
    for (const old of all("input[type=hidden]", form)) old.remove();
    for (const field of all("input[type=hidden]", fresh[place] ?? new DocumentFragment())) form.prepend(document.adoptNode(field));
  });
}

/** @param {Event} event */
const liveForm = (event) => {
  const form = /** @type {Element} */ (event.target).closest("form");
  return form?.matches("[data-live]") && document.querySelector("[data-region]") ? form : null;
};

document.addEventListener("input", (event) => {
  const form = liveForm(event);
  if (!form || !(/** @type {Element} */ (event.target).matches("[type=search], [type=text]"))) return;
  clearTimeout(pause);
  pause = setTimeout(() => refresh(form, false), TYPING_PAUSE_MS);
});

document.addEventListener("change", (event) => {
  const target = /** @type {Element} */ (event.target);
  const form = liveForm(event);
  if (form && !target.matches("[type=search], [type=text]")) refresh(form, true);
  else if (target.closest("form[data-submit-on-change]")) target.closest("form")?.requestSubmit();
});

document.addEventListener("submit", async (event) => {
  const form = liveForm(event);
  if (!form) return;
  event.preventDefault();
  await refresh(form, true);
  // Whoever asks by a button wants to see the answer: on a phone it may stand far below.
  const answer = document.getElementById(new URL(form.action).hash.slice(1));
  if (answer && answer.getBoundingClientRect().top > innerHeight / 2) answer.scrollIntoView();
});

/* ---- On a wide desk, what is chosen in a list opens beside it ---- */

const WIDE = matchMedia("(min-width: 75rem)");
const openedPlace = () => document.getElementById("opened");

document.addEventListener("click", (event) => {
  const link = /** @type {HTMLAnchorElement | null} */ (/** @type {Element} */ (event.target).closest("a[data-item], a[data-close]"));
  const isPlain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (!link || !isPlain || !WIDE.matches || !openedPlace()) return;
  const beside = /** @type {HTMLAnchorElement | null} */ (link.dataset.item === undefined ? link : link.closest("li")?.querySelector(".result-beside"));
  if (!beside) return;
  event.preventDefault();
  open(new URL(beside.href));
});

/** @param {URL} url */
async function open(url) {
  const from = new URL(url);
  from.searchParams.set("only", "opened");
  if (!(await show(url, from, "#opened"))) return;
  if (url.search !== location.search) history.pushState(null, "", url);
  shown = location.search;
  markOpened();
}

/** The list says which of its things is opened. */
function markOpened() {
  const page = openedPlace()?.dataset.of;
  for (const item of all("a[data-item]")) {
    if (page && item.getAttribute("href") === page) item.setAttribute("aria-current", "true");
    else item.removeAttribute("aria-current");
  }
}

addEventListener("popstate", async () => {
  if (location.search === shown || !document.querySelector("[data-region]")) return;
  shown = location.search;
  const url = new URL(location.href);
  if (await show(url, url, "[data-region]")) liveForms().forEach((form) => recall(form, url.searchParams));
});

/**
 * Puts the controls of a form back to what an address says; those within a region came with it.
 * @param {HTMLFormElement} form
 * @param {URLSearchParams} params
 */
function recall(form, params) {
  // Without a word of its own an address means what the page came with.
  if (params.size === 0) return form.reset();
  for (const control of /** @type {HTMLInputElement[]} */ ([...form.elements])) {
    if (!control.name || control.type === "hidden" || control.closest("[data-region]")) continue;
    const held = params.getAll(control.name);
    if (["checkbox", "radio"].includes(control.type)) control.checked = held.includes(control.value);
    else if (held.length > 0 || !(control instanceof HTMLSelectElement)) control.value = held[0] ?? "";
  }
}

/* ---- One tap copies ---- */

/** How long a button says that it has copied, in milliseconds. */
const COPIED_MS = 1600;

document.addEventListener("click", async (event) => {
  const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-copy]"));
  const label = button?.firstChild;
  if (!button || !label) return;
  const text = button.dataset.copy ?? "";
  const before = label.textContent;
  label.textContent = (await copied(text, button)) ? "Copied" : "Select";
  announce(`${label.textContent}: ${text}`);
  setTimeout(() => { label.textContent = before === "Copied" ? "Copy" : before; }, COPIED_MS);
});

/**
 * The clipboard is there for pages under TLS only; elsewhere the text is selected, and copied if the browser still does.
 * @param {string} text
 * @param {Element} button
 */
async function copied(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const place = button.parentElement?.querySelector(".copyable-text");
    if (place) getSelection()?.selectAllChildren(place);
    return document.execCommand("copy");
  }
}

/* ---- Keys: one table binds them and makes the help ---- */

/** @typedef {{ keys: string, does: string, run?: () => void }} Binding */

/** @type {Binding[]} */
const ALWAYS = [
  { keys: "/", does: "Search", run: focusSearch },
  { keys: "j", does: "Next in the list", run: () => step(1) },
  { keys: "k", does: "Previous in the list", run: () => step(-1) },
  { keys: "Enter", does: "Open it" },
  { keys: "?", does: "Show these keys", run: showHelp },
];

/** What the page itself offers: every element with `data-keys`, such as the links of the header. */
const bindings = () => [
  ...ALWAYS,
  .../** @type {HTMLElement[]} */ (all("[data-keys]")).map((element) => ({
    keys: element.dataset.keys ?? "",
    does: element.dataset.does ?? element.textContent?.trim() ?? "",
    run: () => element.click(),
  })),
];

let pressed = "";
let pressedAt = 0;

document.addEventListener("keydown", (event) => {
  const target = /** @type {Element} */ (event.target);
  if (event.key === "Escape" && target.matches("[data-search]")) /** @type {HTMLElement} */ (target).blur();
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(target)) return;
  if (document.querySelector("dialog[open]")) return;
  const sequence = event.timeStamp - pressedAt < SECOND_KEY_MS ? `${pressed} ${event.key}`.trim() : event.key;
  const table = bindings();
  const hit = table.find((each) => each.run && each.keys === sequence) ?? table.find((each) => each.run && each.keys === event.key);
  pressed = hit ? "" : event.key;
  pressedAt = event.timeStamp;
  if (!hit?.run) return;
  event.preventDefault();
  hit.run();
});

/** @param {Element} element */
const isTyping = (element) =>
  element.matches("input:not([type=checkbox], [type=radio], [type=submit]), textarea, select, [contenteditable]");

function focusSearch() {
  const fields = /** @type {HTMLInputElement[]} */ (all("[data-search]"));
  const field = fields.find((each) => each.closest("main")) ?? fields[0];
  field?.focus();
  field?.select();
}

/** @param {number} by */
function step(by) {
  const items = /** @type {HTMLElement[]} */ (all("[data-item]"));
  const here = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const next = here < 0 && by < 0 ? items.length - 1 : Math.min(Math.max(here + by, 0), items.length - 1);
  items[next]?.focus({ preventScroll: true });
  items[next]?.closest("li")?.scrollIntoView({ block: "nearest" });
}

function showHelp() {
  const dialog = document.createElement("dialog");
  dialog.className = "keys-help";
  dialog.setAttribute("aria-label", "Keys");
  const heading = dialog.appendChild(document.createElement("h2"));
  heading.textContent = "Keys";
  const list = dialog.appendChild(document.createElement("dl"));
  for (const { keys, does } of bindings()) {
    const row = list.appendChild(document.createElement("div"));
    row.appendChild(document.createElement("dt")).textContent = does;
    const signs = row.appendChild(document.createElement("dd"));
    for (const key of keys.split(" ")) signs.appendChild(document.createElement("kbd")).textContent = key;
  }
  const close = dialog.appendChild(document.createElement("button"));
  close.className = "button";
  close.textContent = "Close";
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/* ---- Charts: the number under the pointer ---- */

/** @param {Element} chart */
function readTitles(chart) {
  for (const hit of /** @type {SVGElement[]} */ (all(".chart-hit", chart))) {
    hit.dataset.readout ??= hit.querySelector("title")?.textContent ?? "";
    hit.querySelector("title")?.remove();
  }
  for (const letter of /** @type {HTMLElement[]} */ (all(".chart-letter[title]", chart))) {
    letter.dataset.readout = letter.title;
    letter.setAttribute("aria-description", letter.title);
    letter.removeAttribute("title");
  }
}

for (const type of ["pointermove", "pointerdown", "focusin"]) {
  document.addEventListener(type, (event) => {
    const hit = /** @type {Element} */ (event.target).closest?.(".chart-hit, .chart-letter");
    for (const other of all(".touched")) if (other !== hit) other.classList.remove("touched");
    const chart = hit?.closest(".chart");
    if (!chart || !hit) return;
    readTitles(chart);
    hit.classList.add("touched");
    const readout = chart.querySelector(".chart-readout");
    if (readout) readout.textContent = /** @type {HTMLElement} */ (hit).dataset.readout ?? "";
  });
}

/* ---- Browsers that cannot unfold the filters of a desk by style alone ---- */

if (!CSS.supports("selector(::details-content)") && matchMedia("(min-width: 56rem)").matches) {
  document.getElementById("filter-panel")?.setAttribute("open", "");
}
