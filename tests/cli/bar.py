"""bar.py REGEX SECONDS COMMAND…: runs a command with a terminal as its stderr until that shows REGEX, then asks it to stop; prints
"shown" and the exit status, or what was there instead."""
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time

want, seconds, command = re.compile(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]
ours, theirs = pty.openpty()
child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=theirs)
os.close(theirs)
shown, asked, end = "", False, time.monotonic() + seconds
while time.monotonic() < end:
    if select.select([ours], [], [], 0.2)[0]:
        try:
            shown += os.read(ours, 65536).decode(errors="replace")
        except OSError:   # the other end is closed
            break
    if not asked and want.search(shown):
        child.send_signal(signal.SIGINT)
        asked = True
if not asked and child.poll() is None:
    child.kill()
print("shown" if want.search(shown) else "never: " + repr(shown[-400:]), child.wait())
