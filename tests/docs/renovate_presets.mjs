// Prints what Renovate makes of `extends` in a renovate.json, as it does on Bitbucket Cloud at an address:
//   RENOVATE_TOKEN=... node renovate_presets.mjs NODE_MODULES/renovate ADDRESS RENOVATE_JSON
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";

const [, , renovate, endpoint, file] = process.argv;
const token = process.env.RENOVATE_TOKEN;
const load = (name) => import(pathToFileURL(join(renovate, "dist", name)));
const { GlobalConfig } = await load("config/global.js");
const { initPlatform } = await load("modules/platform/index.js");
const { resolveConfigPresets } = await load("config/presets/index.js");
const hosts = await load("util/host-rules.js");

GlobalConfig.set({ platform: "bitbucket", endpoint, allowInternalHosts: ["127.0.0.1"] });
await initPlatform({ platform: "bitbucket", endpoint, token });
hosts.add({ matchHost: endpoint, token });
const resolved = await resolveConfigPresets(JSON.parse(readFileSync(file, "utf8")));
process.stdout.write(JSON.stringify(resolved.config ?? resolved));
