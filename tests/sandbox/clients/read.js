// Lists tags and branches and reads a file with the npm package `bitbucket`; prints one JSON document.
const { Bitbucket } = require("bitbucket");

async function main() {
    const [baseUrl, workspace, repo_slug, username, password] = process.argv.slice(2);
    const auth = username ? { username, password } : undefined;
    const client = new Bitbucket({ baseUrl, auth, notice: false });
    const where = { workspace, repo_slug };
    let page = (await client.repositories.listTags({ ...where, pagelen: 1, sort: "name" })).data;
    const tags = page.values;
    while (client.hasNextPage(page)) {
        page = (await client.getNextPage(page)).data;
        tags.push(...page.values);
    }
    const branches = (await client.repositories.listBranches(where)).data.values;
    const tag = (await client.repositories.getTag({ ...where, name: tags[0].name })).data;
    const file = (await client.repositories.readSrc({ ...where, commit: tag.target.hash, path: "README.md" })).data;
    const short = (list) => list.map((ref) => [ref.name, ref.target.hash]);
    // Without a charset in the Content-Type the client gives bytes.
    const text = typeof file === "string" ? file : Buffer.from(file).toString("utf-8");
    console.log(JSON.stringify({ tags: short(tags), branches: short(branches), file: text }));
}

main().catch((error) => {
    console.error(error);
    process.exit(1);
});
