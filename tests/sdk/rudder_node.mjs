// The script of calls that every server SDK of this folder makes, with @rudderstack/rudder-sdk-node.
import pkg from "@rudderstack/rudder-sdk-node";
import { calls } from "./calls.mjs";

const RudderAnalytics = pkg.default ?? pkg;
const [host, writeKey] = process.argv.slice(2);
const analytics = new RudderAnalytics(writeKey, { dataPlaneUrl: host, flushInterval: 100 });
const told = (resolve, reject) => (failure) => (failure ? reject(failure) : resolve());
// This SDK calls the moment of an event from the past `originalTimestamp`.
for (const { method, timestamp, ...call } of calls) analytics[method]({ ...call, originalTimestamp: timestamp });
await new Promise((resolve, reject) => analytics.flush(told(resolve, reject)));
setTimeout(() => process.exit(0), 1_500); // the first call goes alone, its answer is not part of flush
