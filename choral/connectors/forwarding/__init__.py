"""Events passed on to other tools as Segment's calls, each tool at its own pace. The door: `door.Forwarding`."""
