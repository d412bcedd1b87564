#!/usr/bin/env python3
"""Writes what a package brings beside the program, from the help texts of its commands: pages for man, words for bash.

usage: write_manual.py PROGRAM FOLDER

FOLDER/man/man1 gets lumbarfem.1 and a page for each command, by help2man; FOLDER/bash-completion/completions/lumbarfem the
commands and their options. Exit codes: 0 done, 1 a help text is not understood or help2man fails.
"""
import gzip
import os
import re
import subprocess
import sys

COMPLETION = """# Commands and options of lumbarfem for bash; made from its help texts.
_lumbarfem()
{
  local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} words=
  if [ "$COMP_CWORD" = 1 ]; then
    words="%s"
  else
    case $command in
%s
    esac
  fi
  COMPREPLY=()
  if [ "$COMP_CWORD" = 1 ] || [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
  else
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
  fi
}
complete -F _lumbarfem lumbarfem
"""


def output_of(*words):
    return subprocess.run(words, stdout=subprocess.PIPE, check=True, text=True).stdout


def commands_of(program):
    """Name -> sentence, of the list that the program's help prints."""
    found = dict(re.findall(r"^  ([a-z-]+) +(\S.*)$", output_of(program, "--help"), re.MULTILINE))
    if "run" not in found:
        raise SystemExit("write_manual.py: the help of %s lists no commands" % program)
    return found


def options_of(program, command):
    found = re.findall(r"^  (?:-\w \[ )?(--[a-z-]+)", output_of(program, command, "--help"), re.MULTILINE)
    if "--help" not in found:
        raise SystemExit("write_manual.py: the help of %s lists no options" % command)
    return found


def write_page(program, words, sentence, version, folder):
    page = output_of("help2man", "--no-info", "--section=1", "--version-string", version, "--name", sentence,
                     "--source", "LumbarFEM " + version, " ".join([program, *words]))
    # The program's place in the build is nobody's concern.
    page = page.replace(program.replace("-", "\\-"), "lumbarfem")
    with gzip.GzipFile(os.path.join(folder, "-".join(["lumbarfem", *words]) + ".1.gz"), "wb", mtime=0) as file:
        file.write(page.encode())


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    program, folder = os.path.abspath(sys.argv[1]), sys.argv[2]
    pages, completions = os.path.join(folder, "man", "man1"), os.path.join(folder, "bash-completion", "completions")
    for path in (pages, completions):
        os.makedirs(path, exist_ok=True)
    version = output_of(program, "--version").split()[1]
    commands = commands_of(program)
    write_page(program, [], "finite elements for the human lumbar spine", version, pages)
    for command, sentence in commands.items():
        write_page(program, [command], sentence, version, pages)
    cases = "\n".join("      %s) words=\"%s\" ;;" % (command, " ".join(options_of(program, command))) for command in commands)
    with open(os.path.join(completions, "lumbarfem"), "w", encoding="utf-8") as file:
        file.write(COMPLETION % (" ".join([*commands, "--help", "--version"]), cases))


if __name__ == "__main__":
    main()
