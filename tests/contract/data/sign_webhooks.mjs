// Signs GitHub's recorded webhooks with GitHub's own library for that, for make_webhooks.py:
//     npm pack @octokit/webhooks-examples && npm install @octokit/webhooks-methods
//     tar xzf octokit-webhooks-examples-*.tgz && node sign_webhooks.mjs package/api.github.com/index.json SECRET
import { readFileSync } from "node:fs";
import { sign } from "@octokit/webhooks-methods";

const [path, secret] = process.argv.slice(2);
const signed = [];
for (const { name, examples } of JSON.parse(readFileSync(path, "utf8"))) {
  for (const example of examples) {
    const body = JSON.stringify(example);
    signed.push({ event: name, body, signature: await sign(secret, body) });
  }
}
process.stdout.write(JSON.stringify(signed));
