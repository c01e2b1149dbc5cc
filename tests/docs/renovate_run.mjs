// Runs the whole of Renovate in the directory that it is started in; what it asks of Bitbucket goes to another address:
//   node renovate_run.mjs NODE_MODULES/renovate ADDRESS OPTIONS...
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";

const [node, , renovate, address, ...options] = process.argv;
const load = (file) => import(pathToFileURL(join(renovate, "dist", file)));
const { setBaseUrl } = await load("util/http/bitbucket.js");
setBaseUrl(address);
process.argv = [node, join(renovate, "dist", "renovate.js"), ...options];
await load("renovate.js");
