// The calls of snowplow_calls.mjs and a page view, with @snowplow/node-tracker.
import { buildPageView, buildSelfDescribingEvent, newTracker } from "@snowplow/node-tracker";
import { described } from "./snowplow_calls.mjs";

const [host, appId, eventMethod, base64] = process.argv.slice(2);
const address = new URL(host);
const tracker = newTracker(
  { namespace: "shop", appId, encodeBase64: base64 === "base64" },
  {
    endpoint: address.hostname,
    protocol: "http",
    port: Number(address.port),
    eventMethod,
    bufferSize: 5,
    onRequestFailure: (failure) => {
      console.error(failure);
      process.exitCode = 1;
    },
  },
);
tracker.setUserId("cust-42");
tracker.setDomainUserId("anon-7f3e");
tracker.track(buildPageView({ pageUrl: "https://shop.example/home", pageTitle: "Home" }));
for (const { event, context, at } of described)
  tracker.track(buildSelfDescribingEvent({ event }), context, at && { type: "ttm", value: at });
await tracker.flush();
setTimeout(() => process.exit(), 700);
