// Starts Jupyter in the frame: its settings stand in the page already, so nothing is asked for.
// JupyterLite's own loader reads a file of settings from each folder above, one after the other.
const element = document.getElementById("jupyter-config-data");
const root = new URL("../../", location.href).pathname;
// These two are joined with the address of the root by Jupyter itself.
const LEFT = new Set(["licensesUrl", "themesUrl"]);

function resolved(key, value) {
  if (key === "litePluginSettings") {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, all(one)]));
  }
  if (key.endsWith("Url") && !LEFT.has(key) && String(value).startsWith("./")) {
    return root + value.slice(2);
  }
  return value;
}

function all(settings) {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [key, resolved(key, value)]),
  );
}

element.textContent = JSON.stringify(all(JSON.parse(element.textContent)));
const preload = document.getElementById("jupyter-lite-main");
const bundle = document.createElement("script");
bundle.src = preload.href;
bundle.main = preload.attributes.main;
document.head.append(bundle);
