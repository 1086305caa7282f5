// @ts-check
// A picture of a code, dropped on the window or pasted into it.
import { byId, isTextField, show } from "./dom.js";
import { ask } from "./gate.js";
import { toast } from "./toast.js";
import { say, sayFault } from "./words.js";

/** @import { CommandFault } from "../protocol" */

/** @param {(text: string) => void} pasted told of text pasted outside of any field */
export function takePictures(pasted) {
  const veil = byId("drop");
  let depth = 0;
  const over = (/** @type {number} */ step) => show(veil, (depth = Math.max(0, depth + step)) > 0);
  addEventListener("dragenter", (event) => (event.preventDefault(), over(1)));
  addEventListener("dragleave", () => over(-1));
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    over(-Infinity);
    void readAll([...(event.dataTransfer?.files ?? [])]);
  });
  addEventListener("paste", ({ clipboardData, target }) => {
    const files = [...(clipboardData?.files ?? [])];
    if (files.length > 0) void readAll(files);
    else if (!isTextField(target) && clipboardData?.getData("text").trim()) pasted(clipboardData.getData("text").trim());
  });
}

/** One after another, as a queue would come. @param {File[]} files */
async function readAll(files) {
  for (const file of files) {
    try {
      await ask("read_picture", await file.arrayBuffer());
    } catch (fault) {
      toast(sentence(/** @type {CommandFault} */ (fault), file.name));
    }
  }
}

/** With the file's name, since there may have been several. @param {CommandFault} fault @param {string} name */
function sentence(fault, name) {
  if (fault.code === "no_code") return say("picture_no_code", { name });
  if (fault.code === "not_a_picture") return say("picture_not_one", { name });
  return sayFault(fault);
}
