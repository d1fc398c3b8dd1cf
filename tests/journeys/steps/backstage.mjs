// What happens behind the site while somebody looks at it: seats open at the university, the house takes them in, and
// mail arrives.
import { execFile, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

/** Settings that a developer has set are none of the journeys'. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("BT_")));

/** How long something may take that is on its way. Far longer than it takes. */
const PATIENCE_MS = 60_000;

/**
 * @param {string} bt the program
 * @param {string} data the data directory of the running site
 */
export async function backstage(bt, data) {
  const campus = spawn(bt, ["sis", "--listen", "127.0.0.1:0"], { cwd: data, env, stdio: ["ignore", "pipe", "inherit"] });
  const sis = await firstMatch(campus.stdout, /http:\/\/\S+\/sis/);
  const mail = letterbox(process.stdin);
  return {
    ...mail,
    /** The campus gives a section so many free seats, and the house looks at the term. */
    async seats(term, section_id, open, waitlisted = 0) {
      const body = JSON.stringify({ seats: { section_id, open, waitlisted } });
      const answer = await fetch(new URL("/standin/control", sis), { method: "POST", body });
      if (!answer.ok) throw new Error(await answer.text());
      const update = ["update", "enrollment", "--term", term, "--data-dir", data, "--set", `sis.base_url=${sis}`];
      await promisify(execFile)(bt, update, { cwd: data, env });
    },
    leave() {
      campus.kill();
      mail.close();
    },
  };
}

/** Every mail that arrives, a line of JSON each. */
function letterbox(input) {
  /** @type {{ to: string[], data: string }[]} */
  const taken = [];
  let told = () => {};
  const lines = createInterface({ input });
  lines.on("line", (line) => {
    taken.push(JSON.parse(line));
    told();
  });
  const mailsTo = (address) => taken.filter((mail) => mail.to.includes(address)).map(read);
  return {
    /** Those that came so far. */
    mailsTo,
    /** The mail of that number to somebody, once it is there. */
    async mailTo(address, number = 1) {
      const end = Date.now() + PATIENCE_MS;
      for (;;) {
        const mails = mailsTo(address);
        if (mails.length >= number) return mails[number - 1];
        if (Date.now() > end) throw new Error(`no mail ${number} to ${address} came; there are ${JSON.stringify(taken)}`);
        await new Promise((resolve) => {
          const patience = setTimeout(resolve, end - Date.now());
          told = () => resolve(clearTimeout(patience));
        });
      }
    },
    close: () => lines.close(),
  };
}

/** A mail's headers and its plain text, as a mail program shows them. */
function read({ data }) {
  const { headers, body } = part(data);
  const boundary = headers.get("content-type")?.match(/boundary="?([^";]+)"?/)?.[1];
  if (!boundary) return { headers, text: decoded(headers, body) };
  const parts = body.split(`--${boundary}`).slice(1, -1).map((text) => part(text.trimStart()));
  const plain = parts.find((each) => each.headers.get("content-type")?.startsWith("text/plain"));
  if (!plain) throw new Error(`there is no plain text in ${data}`);
  return { headers, text: decoded(plain.headers, plain.body) };
}

function part(text) {
  const end = text.indexOf("\n\n");
  const lines = text.slice(0, end).replace(/\n[ \t]+/g, " ").split("\n");
  const headers = new Map(lines.map((line) => [line.split(":")[0].toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]));
  return { headers, body: text.slice(end + 2) };
}

function decoded(headers, body) {
  const encoding = headers.get("content-transfer-encoding")?.toLowerCase();
  if (encoding === "base64") return Buffer.from(body, "base64").toString();
  if (encoding !== "quoted-printable") return body;
  const whole = body.replace(/=\n/g, "").replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(whole, "latin1").toString();
}

/** What a stream says first that looks like that. */
async function firstMatch(stream, pattern) {
  for await (const line of createInterface({ input: stream })) {
    const found = line.match(pattern);
    if (found) return found[0];
  }
  throw new Error(`it ended before it said ${pattern}`);
}
