// Opens profiles in speedscope and fails unless it shows their names and draws them.
// Usage: node open_in_speedscope.mjs FOLDER_WITH_NODE_MODULES SITE PROFILE...
import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join, normalize } from "node:path";

const [folder, site, ...profiles] = process.argv.slice(2);
const { chromium } = createRequire(join(folder, "package.json"))("playwright-core");

const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json" };
const server = createServer((request, response) => {
  const path = join(site, normalize(decodeURIComponent(new URL(request.url, "http://localhost").pathname)));
  if (!path.startsWith(site) || !existsSync(path)) return response.writeHead(404).end();
  response.writeHead(200, { "Content-Type": types[extname(path)] ?? "application/octet-stream" });
  createReadStream(path).pipe(response);
}).listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));
const base = `http://127.0.0.1:${server.address().port}`;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--enable-unsafe-swiftshader"],
});
let failed = 0;
for (const profile of profiles) {
  const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(`${base}/index.html#profileURL=${encodeURIComponent(`${base}/${profile}`)}`);
  let shown = true;
  await page.waitForFunction(() => document.title.includes("c_spike_all"), null, { timeout: 30000 }).catch(() => (shown = false));
  await page.screenshot({ path: join(folder, profile.replace(".speedscope.json", ".png")) });
  const ok = shown && errors.length === 0;
  failed += ok ? 0 : 1;
  console.log(`${profile}: ${ok ? "opened" : "NOT OPENED"} in speedscope, title "${await page.title()}" ${errors.join("; ")}`);
  await page.close();
}
await browser.close();
server.close();
console.log(`${profiles.length - failed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
