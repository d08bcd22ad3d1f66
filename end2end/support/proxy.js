// A wire between browser and server that can be cut, held, and mended.
import { connect, createServer } from "node:net";

export class Wire {
  constructor(target) {
    this.target = target;
    this.sockets = new Set();
    this.isCut = false;
    this.server = createServer((near) => this.#join(near));
  }

  static async to(url) {
    const wire = new Wire(Number(new URL(url).port));
    await new Promise((resolve) => { wire.server.listen(0, "127.0.0.1", resolve); });
    wire.url = `http://127.0.0.1:${wire.server.address().port}`;
    return wire;
  }

  #join(near) {
    if (this.isCut) return near.destroy();
    const far = connect(this.target, "127.0.0.1");
    for (const [one, other] of [[near, far], [far, near]]) {
      this.sockets.add(one);
      one.pipe(other);
      one.on("error", () => {});
      one.on("close", () => { this.sockets.delete(one); other.destroy(); });
    }
  }

  cut() {
    this.isCut = true;
    this.sockets.forEach((socket) => socket.destroy());
  }

  /** Connections stay, but nothing comes through: what a sleeping laptop or a lost route looks like. */
  hold() {
    this.sockets.forEach((socket) => { socket.unpipe(); socket.pause(); });
  }

  mend() {
    this.isCut = false;
  }

  async close() {
    this.cut();
    await new Promise((resolve) => { this.server.close(resolve); });
  }
}
