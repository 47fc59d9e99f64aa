"""tenantalertapp: single readings above the threshold of their type, to the topic `spike`, within milliseconds."""
