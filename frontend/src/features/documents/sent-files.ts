/** A file that is to be sent; `path` are its folders and its name where it came in a folder. */
export interface SentFile {
  file: File;
  path: string;
}

/** What systems put into folders for themselves. */
const SYSTEM_FILES = /^(?:\..*|Thumbs\.db|desktop\.ini|__MACOSX)$/i;

/** What was chosen, or pasted; of folders what somebody put into them. */
export function chosenFiles(files: readonly File[]): SentFile[] {
  return files
    .map((file) => ({ file, path: file.webkitRelativePath }))
    .filter(({ path }) => !path.split('/').some((step) => SYSTEM_FILES.test(step)));
}

/** What was dropped, with all that is in the folders among it. */
export async function droppedFiles(items: readonly DataTransferItem[]): Promise<SentFile[]> {
  // Once the event is over there is nothing in the items any more.
  const brought = items
    .filter(({ kind }) => kind === 'file')
    .map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const found: SentFile[] = [];
  for (const { entry, file } of brought) {
    if (entry?.isDirectory) found.push(...(await filesBelow(entry as FileSystemDirectoryEntry)));
    else if (file) found.push({ file, path: '' });
  }
  return found;
}

async function filesBelow(directory: FileSystemDirectoryEntry): Promise<SentFile[]> {
  const found: SentFile[] = [];
  for (const entry of await entriesOf(directory)) {
    if (SYSTEM_FILES.test(entry.name)) continue;
    if (entry.isDirectory) found.push(...(await filesBelow(entry as FileSystemDirectoryEntry)));
    else found.push({ file: await fileOf(entry as FileSystemFileEntry), path: pathOf(entry) });
  }
  return found;
}

function pathOf({ fullPath }: FileSystemEntry): string {
  return fullPath.replace(/^\/+/, '');
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** A reader gives a hundred at a time, and none at the end. */
async function entriesOf(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader();
  const found: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return found.sort((a, b) => a.name.localeCompare(b.name));
    found.push(...some);
  }
}
