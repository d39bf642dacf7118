// The calls of jitsu_calls.mjs from a page; the host page gives address and key.
import { jitsuAnalytics } from "@jitsu/js";
import { tell } from "./jitsu_calls.mjs";

const { collector, writeKey } = window.proof;
await tell(jitsuAnalytics({ host: collector, writeKey, errorPolicy: "rethrow" }));
window.finished = true;
