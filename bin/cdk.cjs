#!/usr/bin/env node
// `npx cdk` in this folder runs this file (package.json, "bin"). The AWS CDK CLI deploys one stack at a time by default,
// and reads the number neither from cdk.json nor from the app. Stacks that depend on each other still wait.
if (process.argv.includes("deploy")) {
  process.env.CDK_CONCURRENCY ??= "4"; // benchmarks/makespan.py shows what the number is worth
  process.env.MEASURED_RULES ??= "1"; // cdk-preflight before every deploy; MEASURED_RULES=0 leaves it out
}
require("aws-cdk/bin/cdk");
