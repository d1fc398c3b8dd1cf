// @ts-check
/**
 * The planner works without this. With it: an edit changes the page in place, and a section shows where it would lie
 * while the pointer or the keyboard rests on it.
 */

/** Minutes of a row of the week. */
const ROW_MINUTES = 15;

/**
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement[]}
 */
const all = (root, selector) => /** @type {HTMLElement[]} */ ([...root.querySelectorAll(selector)]);

/* ---- Edits in place ---- */

let isBusy = false;

document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.method !== "post" || !form.querySelector("[name=version]") || event.defaultPrevented) return;
  event.preventDefault();
  if (!isBusy) edit(form, /** @type {SubmitEvent} */ (event).submitter);
});

/**
 * Sends the form and puts what the server answers in the place of the page's content.
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} button
 */
async function edit(form, button) {
  isBusy = true;
  const main = /** @type {HTMLElement} */ (document.getElementById("main"));
  main.setAttribute("aria-busy", "true");
  const place = /** @type {HTMLElement | null} */ (document.activeElement);
  const held = place && address(place);
  try {
    const body = new URLSearchParams(/** @type {any} */ (new FormData(form, button)));
    const answer = await fetch(form.action, { method: "POST", body, headers: { accept: "text/html" } });
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = next.getElementById("main");
    if (!fresh || answer.status >= 500) throw new Error(String(answer.status));
    const folded = all(main, "details[open]").map((each) => each.className);
    main.replaceWith(document.adoptNode(fresh));
    if (answer.ok) for (const each of all(fresh, "details")) if (folded.includes(each.className)) each.setAttribute("open", "");
    document.title = next.title;
    if (answer.ok) history.replaceState(history.state, "", answer.url);
    const wrong = /** @type {HTMLElement | null} */ (fresh.querySelector("[aria-invalid=true]"));
    if (wrong) wrong.focus();
    else if (held) (find(fresh, held) ?? fresh).focus({ preventScroll: true });
    const announcer = document.getElementById("announcer");
    if (announcer) announcer.textContent = fresh.querySelector("[role=alert]")?.textContent ?? fresh.querySelector(".lead")?.textContent ?? "";
  } catch {
    // What cannot be had in place is had as a page: the browser explains what is wrong better than we could.
    form.requestSubmit === undefined ? form.submit() : HTMLFormElement.prototype.submit.call(withChoice(form, button));
  } finally {
    isBusy = false;
    document.getElementById("main")?.removeAttribute("aria-busy");
  }
}

/**
 * The form with the pressed button's value, for sending it without the button.
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} button
 */
function withChoice(form, button) {
  const pressed = /** @type {HTMLButtonElement | null} */ (button);
  if (pressed?.name) {
    const field = document.createElement("input");
    [field.type, field.name, field.value] = ["hidden", pressed.name, pressed.value];
    form.append(field);
  }
  return form;
}

/**
 * What tells a control from others, so that it is found again on the next page.
 * @param {HTMLElement} element
 */
const address = (element) => ({
  id: element.id,
  course: element.closest("article")?.id ?? "",
  value: /** @type {HTMLButtonElement} */ (element).value ?? "",
  text: element.textContent ?? "",
});

/**
 * @param {ParentNode} root
 * @param {ReturnType<typeof address>} held
 */
function find(root, held) {
  if (held.id) return document.getElementById(held.id);
  const around = (held.course && document.getElementById(held.course)) || root;
  const buttons = /** @type {HTMLButtonElement[]} */ (all(around, "button"));
  return buttons.find((each) => held.value && each.value === held.value) ?? buttons.find((each) => each.textContent === held.text);
}

/* ---- Where a section would lie ---- */

for (const type of ["pointerover", "focusin"]) document.addEventListener(type, (event) => preview(event.target));
for (const type of ["pointerout", "focusout"]) document.addEventListener(type, clear);

/** @param {EventTarget | null} target */
function preview(target) {
  const choice = /** @type {HTMLElement | null} */ (/** @type {Element} */ (target).closest?.("[data-blocks]") ?? null);
  clear();
  const week = /** @type {HTMLElement | null} */ (document.querySelector(".week[data-first-hour]"));
  if (!choice || !week || choice.getAttribute("aria-pressed") === "true") return;
  const top = Number(week.dataset.firstHour) * 60;
  const days = all(week, ".week-blocks");
  for (const block of (choice.dataset.blocks ?? "").split(";").filter(Boolean)) {
    const [day, start, end] = block.split(",").map(Number);
    const at = Math.floor((start - top) / ROW_MINUTES);
    const rows = Math.max(1, Math.ceil((end - top) / ROW_MINUTES) - at);
    const colour = [...(choice.closest(".planned")?.classList ?? [])].find((name) => name.startsWith("class-")) ?? "";
    const ghost = document.createElement("li");
    ghost.className = `week-block preview ghost at-${at} for-${rows} lane-all ${colour}`;
    ghost.append(document.createElement("strong"));
    ghost.firstElementChild?.append(choice.querySelector("strong")?.textContent ?? "");
    days[day]?.append(ghost);
  }
}

function clear() {
  for (const ghost of all(document, ".ghost")) ghost.remove();
}
