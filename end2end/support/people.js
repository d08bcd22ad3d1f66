// Persons of one's own: added by the administrator, come in by their one-time link, as often as a test needs.
import { request as playwright } from "@playwright/test";
import { PASSWORD } from "./server.js";

// The runner gives its own session to every client that does not say whose it has.
export const NOBODY = { cookies: [], origins: [] };

let added = 0;
/** A name that no other test has, also when this one is run again. */
export const fresh = (what) => `${what}-${process.pid.toString(36)}${Date.now().toString(36)}${added++}`;

const NO_FOLLOW = { maxRedirects: 0 };

/** Sends a form as the browser does, and gives the answer if it is the expected one. */
export async function send(request, path, form, expected = 303) {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(form)) [value].flat().forEach((one) => body.append(name, String(one)));
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const answer = await request.post(path, { data: body.toString(), headers, ...NO_FOLLOW });
  if (answer.status() !== expected) throw new Error(`${path} answered ${answer.status()}: ${/class="problem"[^<]*<?[^>]*>?([^<]*)/.exec(await answer.text())?.[0] ?? ""}`);
  return answer;
}

/** What an answer shows only once. */
export const secretOf = (html) => /<input(?=[^>]*id="secret")[^>]*value="([^"]+)"/.exec(html)[1];

/** `{ name, id, link }` of a new person; everything unless `rights` says otherwise. */
export async function add(request, rights = {}) {
  const name = rights.name ?? fresh("person");
  const form = { name, display_name: name, preset: "viewer", tenant_id: "", regions: "all", ...rights };
  const html = await (await send(request, "/people", form, 200)).text();
  return { name, id: Number(/\/people\/(\d+)\/remove/.exec(html)[1]), link: secretOf(html) };
}

/** What a browser keeps after signing in by `path` with these fields. */
async function session(path, form) {
  const visitor = await playwright.newContext({ baseURL: process.env.LOADLINE_URL, storageState: NOBODY });
  await send(visitor, path, form);
  const state = await visitor.storageState();
  await visitor.dispose();
  return state;
}

/** Uses the one-time link. */
export const welcome = ({ link }) => session(new URL(link).pathname, { password: PASSWORD, repeat: PASSWORD });

/** Signs in once more, as from another browser. */
export const signIn = ({ name }) => session("/login", { name, password: PASSWORD, back: "" });

/** A new person, signed in: `{ name, id, link, state }`. */
export async function member(request, rights) {
  const person = await add(request, rights);
  return { ...person, state: await welcome(person) };
}

/** A client of its own: nobody, or with a session or headers. */
export const client = (options) => playwright.newContext({ baseURL: process.env.LOADLINE_URL, storageState: NOBODY, ...options });
