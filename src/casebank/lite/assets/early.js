// The worker of a kernel: JupyterLite's own, with Python already on its way.
import "@WORKER@";
import { begin } from "./boot.mjs";

begin();
