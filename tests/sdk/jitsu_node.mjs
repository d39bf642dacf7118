// The calls of jitsu_calls.mjs from a server.
import { jitsuAnalytics } from "@jitsu/js";
import { tell } from "./jitsu_calls.mjs";

const [host, key, s2s] = process.argv.slice(2);
await tell(jitsuAnalytics({ host, writeKey: `${key}:secret`, fetch, s2s: s2s === "s2s", errorPolicy: "rethrow" }));
setTimeout(() => process.exit(0), 300);
