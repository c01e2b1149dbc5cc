// Prints what Renovate's own regex manager extracts: node renovate_extract.js RENOVATE PRESET DEPS_TOML...
const fs = require("fs");
const path = require("path");

const [renovate, preset, ...files] = process.argv.slice(2);
const { extractPackageFile } = require(path.join(renovate, "dist/modules/manager/custom/regex"));
const versioning = require(path.join(renovate, "dist/modules/versioning"));
const manager = JSON.parse(fs.readFileSync(preset, "utf8")).customManagers[0];
const api = versioning.get(manager.versioningTemplate);

const found = files.map((file) => {
  const extracted = extractPackageFile(fs.readFileSync(file, "utf8"), file, manager);
  return (extracted ? extracted.deps : []).map((dep) => ({
    packageName: dep.packageName,
    currentValue: dep.currentValue,
    datasource: dep.datasource,
    isVersion: api.isVersion(dep.currentValue),
  }));
});
process.stdout.write(JSON.stringify(found));
