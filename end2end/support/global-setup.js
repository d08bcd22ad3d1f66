// Starts the demo once for all tests; returns what ends it.
import { Server } from "./server.js";

// As `loadline demo` does by itself: with more, its history does not reach back to last week.
const RATE = 1;

export default async function setup() {
  const server = await Server.create(RATE);
  try {
    await server.start();
  } catch (error) {
    server.process?.kill("SIGTERM");
    throw error;
  }
  process.env.LOADLINE_URL = server.url;
  process.env.LOADLINE_WALL = server.printed("/wall/");
  process.env.LOADLINE_SESSION = JSON.stringify(await server.signIn());
  return () => server.stop();
}
