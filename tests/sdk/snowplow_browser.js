// The same as a web page tells it with @snowplow/browser-tracker; the host page gives address and key.
import { newTracker, setUserId, trackPageView, trackSelfDescribingEvent } from "@snowplow/browser-tracker";
import { described } from "./snowplow_calls.mjs";

const { collector, writeKey, options } = window.proof;
newTracker("shop", collector, { appId: writeKey, ...options });
setUserId("cust-42");
trackPageView({ title: "Home" });
for (const { event, context, at } of described)
  trackSelfDescribingEvent({ event, context, timestamp: at && { type: "ttm", value: at } });
window.finished = true;
