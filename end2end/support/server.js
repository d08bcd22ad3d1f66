// A demo server of one's own: a free port, a directory that goes away, an end that is watched.
import { spawn } from "node:child_process";
import { chmodSync, createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const READY_DEADLINE_MS = 180_000;
const STOP_DEADLINE_MS = 30_000;
const ASK_EVERY_MS = 200;
/** Of the administrator `admin` of each demo that a test starts. */
export const PASSWORD = "meter reading at dawn 7";

/** A port that nobody listened on a moment ago. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Server {
  constructor(port, rate) {
    this.port = port;
    this.rate = rate;
    this.url = `http://127.0.0.1:${port}`;
    this.home = mkdtempSync(join(tmpdir(), "loadline-end2end-"));
    // The database's own account must be able to enter.
    chmodSync(this.home, 0o711);
    this.logFile = join(this.home, "server.log");
    this.said = "";
  }

  static async create(rate) {
    return new Server(await freePort(), rate);
  }

  async start() {
    const log = createWriteStream(this.logFile, { flags: "a" });
    const args = ["demo", "--data-dir", join(this.home, "data"), "--listen", `127.0.0.1:${this.port}`, "--rate", String(this.rate)];
    // receivers of messages about alarms that tests listen as
    const env = { ...process.env, LOADLINE_NOTIFY_PRIVATE: "127.0.0.1" };
    this.process = spawn(process.env.LOADLINE_BIN, args, { stdio: ["ignore", "pipe", "pipe"], env });
    this.process.stdout.pipe(log, { end: false });
    this.process.stdout.setEncoding("utf8").on("data", (text) => { this.said += text; });
    this.process.stderr.pipe(log, { end: false });
    this.ended = new Promise((resolve, reject) => {
      this.process.once("error", reject);
      this.process.once("exit", (code, signal) => resolve({ code, signal }));
    });
    await this.ready();
  }

  /** Waits until everything the source has is on the pages. */
  async ready() {
    const deadline = Date.now() + READY_DEADLINE_MS;
    let answer = "no answer yet";
    let gone;
    this.ended.then((how) => { gone = how; }, (error) => { gone = error; });
    while (Date.now() < deadline) {
      if (gone) throw new Error(`the server ended before it was ready: ${JSON.stringify(gone)}; see ${this.logFile}`);
      try {
        const response = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(5_000) });
        if (response.status === 200) return;
        answer = `${response.status} ${await response.text()}`;
      } catch (error) {
        answer = String(error.cause ?? error);
      }
      await pause(ASK_EVERY_MS);
    }
    throw new Error(`not ready after ${READY_DEADLINE_MS / 1000} s: ${answer}; see ${this.logFile}`);
  }

  /** An address that the server printed: of the first administrator, or of the wall. */
  printed(path) {
    const found = new RegExp(`https?://\\S*(${path}\\S+)`).exec(this.said);
    if (!found) throw new Error(`no ${path} was printed; see ${this.logFile}`);
    return this.url + found[1];
  }

  /** Turns the one-time link into a session, as a browser keeps it between visits. */
  async signIn() {
    const body = new URLSearchParams({ password: PASSWORD, repeat: PASSWORD });
    const response = await fetch(this.printed("/welcome/"), { method: "POST", body, redirect: "manual" });
    const cookie = /^(loadline)=([^;]+)/.exec(response.headers.getSetCookie().find((line) => line.startsWith("loadline=")) ?? "");
    if (!cookie) throw new Error(`the one-time link answered ${response.status} without a session; see ${this.logFile}`);
    const [, name, value] = cookie;
    return {
      cookies: [{ name, value, domain: "127.0.0.1", path: "/", expires: -1, httpOnly: true, secure: false, sameSite: "Lax" }],
      origins: [],
    };
  }

  /** As a power cut would. The database behind it goes on. */
  async kill() {
    this.process.kill("SIGKILL");
    await this.ended;
  }

  /** Ends it as an operator does; anything but a clean end is an error. */
  async stop() {
    this.process.kill("SIGTERM");
    const how = await Promise.race([this.ended, pause(STOP_DEADLINE_MS)]);
    if (!how) this.process.kill("SIGKILL");
    if (how?.code !== 0) throw new Error(`SIGTERM should end the server with 0, but: ${JSON.stringify(how)}; see ${this.logFile}`);
    rmSync(this.home, { recursive: true, force: true });
  }
}
