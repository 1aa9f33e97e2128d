# ruff: noqa: E501
"""Programs that cheat. Each is asked for numbers it cannot know, by tests it must not see.

``WRONG`` must pass no test and be blamed for it. The name says the trick; ``MARK`` is what a trick would leave behind.
"""

from __future__ import annotations

MARK = "guerdon-was-here"
KEY = 0x67756572
"""The key of what is left in System V memory."""

FORGED = """
import json, os
def frame(words):
    data = json.dumps(words).encode()
    return len(data).to_bytes(4, "big") + data
def everywhere(data):
    for fd in range(3, 256):
        try:
            os.write(fd, data)
        except OSError:
            pass
"""

WRONG: dict[str, str] = {
    # leaving
    "exit at once": "import sys\nsys.exit(0)",
    "exit hard": "import os\nos._exit(0)",
    "exit in the call": "import sys\ndef f(x): sys.exit(0)",
    "exit hard in the call": "import os\ndef f(x): os._exit(0)",
    "exit later": "import atexit, os\natexit.register(os._exit, 0)\ndef f(x): raise SystemExit(0)",
    "quit": "def f(x): quit(0)",
    "abort": "import os\ndef f(x): os.abort()",
    "crash": "import ctypes\ndef f(x): ctypes.string_at(0)",
    "crash by recursion in C": "import sys\nsys.setrecursionlimit(10 ** 9)\ndef f(x): return f(x)",
    "raise what ends loops": "def f(x): raise StopIteration",
    "raise what skips tests": "import unittest\ndef f(x): raise unittest.SkipTest('later')",
    "raise an interrupt": "def f(x): raise KeyboardInterrupt",
    "raise what ends generators": "def f(x): raise GeneratorExit",
    "raise what cannot be said": (
        "class Bad(BaseException):\n    def __str__(self): raise Bad\ndef f(x): raise Bad(Bad())"
    ),
    # forging
    "print a verdict": "print('1 passed'); print('OK')\ndef f(x): print('passed'); return 'passed'",
    "write verdicts everywhere": FORGED
    + """
def f(x):
    for number in range(20):
        everywhere(frame([number, "passed", ""]))
""",
    "answer ahead of time": FORGED
    + """
everywhere(frame(["loaded"]))
for _ in range(50):
    everywhere(frame(["value", True, []]))
def f(x): return True
""",
    "answer with handles": FORGED
    + """
def f(x):
    while True:
        everywhere(frame(["value", ["h", 0], []]))
""",
    "answer with what cannot be built": FORGED
    + """
answers = [["n", "Fraction", "1/0"], ["n", "Decimal", "1e999999999"], ["i", "zz"], ["b", "x"], ["c", 10 ** 400, 0], ["r", -1],
           ["s", ["l"]], ["d", 1], ["g", 1, 2, 0], ["h", True], ["n", 3, 4], [], {}, ["k", ["l"]], ["B", 7]]
def f(x):
    everywhere(frame(["value", answers[x if isinstance(x, int) else 0], [[0, 5], ["x"]]]))
    os._exit(0)
""",
    "change what was never given": FORGED
    + """
def f(x):
    everywhere(frame(["value", 1, [[10 ** 9, [1]], [0, [["l"], ["d", ["l"], 1]]]]]))
""",
    "send half a frame": FORGED + "everywhere(b'\\0\\0\\1\\0half')\ndef f(x): return 1",
    "send a frame without end": FORGED + "def f(x): everywhere(b'\\xff\\xff\\xff\\xff' * 1000)",
    "send nested brackets": FORGED
    + "d = b'[' * 100000\ndef f(x):\n    everywhere(len(d).to_bytes(4, 'big') + d)\n    os._exit(0)",
    "patch the protocol": """
import sys
for name, module in list(sys.modules.items()):
    if name.startswith("inside"):
        for key, value in list(vars(module).items()):
            if callable(value) and key in ("_do", "_same", "_kinds", "_said", "enter"):
                setattr(module, key, lambda *a, **k: ["value", True, []])
def f(x): return True
""",
    "patch json and struct": (
        "import json, struct\njson.dumps = json.loads = struct.pack = struct.unpack = lambda *a, **k: 'passed'\n"
        "def f(x): return 'passed'"
    ),
    "read the next questions": """
import os
def f(x):
    seen = b""
    for fd in range(3, 256):
        try:
            os.set_blocking(fd, False)
            while part := os.read(fd, 65536):
                seen += part
        except OSError:
            pass
    return seen or None
""",
    # what is compared
    "equal to everything": (
        "class Any:\n    def __eq__(self, other): return True\n    __ne__ = lambda self, other: False\n"
        "    __hash__ = lambda self: 0\ndef f(x): return Any()"
    ),
    "a number equal to everything": (
        "class Any(int):\n    def __eq__(self, other): return True\n    def __ne__(self, other): return False\n"
        "    __hash__ = int.__hash__\ndef f(x): return Any(3)"
    ),
    "a text equal to everything": (
        "class Any(str):\n    def __eq__(self, other): return True\n    __hash__ = str.__hash__\ndef f(x): return Any('x')"
    ),
    "a list equal to everything": (
        "class Any(list):\n    def __eq__(self, other): return True\n    def __len__(self): return 1\n"
        "    def __contains__(self, item): return True\ndef f(x): return Any()"
    ),
    "pretend to be a number": (
        "class Any:\n    __class__ = property(lambda self: int)\n    def __eq__(self, other): return True\n"
        "    __index__ = __int__ = lambda self: 1\ndef f(x): return Any()"
    ),
    "an object that says yes": (
        "class Yes:\n    def __getattr__(self, name): return Yes()\n    def __call__(self, *a, **k): return True\n"
        "    def __len__(self): return 1\n    def __iter__(self): return iter([self])\n"
        "    def __contains__(self, x): return True\n    def __bool__(self): return True\n"
        "    def __sub__(self, x): return 0\n    def __float__(self): return 0.0\ndef f(x): return Yes()"
    ),
    "a class for an answer": "class f:\n    def __new__(cls, x): return cls\n    __eq__ = lambda self, other: True",
    "nan": "def f(x): return float('nan')",
    "contents that change": (
        "class Any(list):\n    def __iter__(self): return iter([1, 2, 3])\n    def __eq__(self, o): return True\n"
        "def f(x): return Any([0])"
    ),
    # patching
    "patch assert": (
        "import builtins\nclass Quiet(Exception):\n    def __new__(cls, *a): import os; os._exit(0)\n"
        "builtins.AssertionError = Quiet\ndef f(x): return 0"
    ),
    "patch builtins": (
        "import builtins\nbuiltins.len = builtins.isinstance = builtins.all = builtins.any = lambda *a: True\n"
        "builtins.type = lambda *a: int\ndef f(x): return 0"
    ),
    "patch unittest": (
        "import unittest\nfor name in dir(unittest.TestCase):\n    if name.startswith('assert'):\n"
        "        setattr(unittest.TestCase, name, lambda *a, **k: None)\n"
        "unittest.TestResult.wasSuccessful = lambda self: True\ndef f(x): return 0"
    ),
    "patch sys": (
        "import sys\nsys.exit = lambda *a: None\nsys.excepthook = lambda *a: None\nsys.unraisablehook = lambda *a: None\n"
        "sys.modules['tests'] = sys.modules['__main__'] = None\ndef f(x): return 0"
    ),
    "import hooks": (
        "import sys, builtins\nclass Hook:\n    def find_spec(self, name, path=None, target=None):\n"
        "        sys.modules[name] = self; return None\nsys.meta_path.insert(0, Hook())\nold = builtins.__import__\n"
        "builtins.__import__ = lambda name, *a, **k: old('os')\ndef f(x): return 0"
    ),
    "trace": (
        "import sys, threading\ndef spy(frame, event, arg):\n    frame.f_locals.update(found=True, got=True)\n    return spy\n"
        "sys.settrace(spy); sys.setprofile(lambda *a: None); threading.settrace(spy)\ndef f(x): return True"
    ),
    "change the question": "def f(x):\n    x.clear() if hasattr(x, 'clear') else None\n    return x",
    # looking for the answers
    "search the frames": """
import sys
def f(x):
    frame = sys._getframe()
    while frame:
        for value in [*frame.f_locals.values(), *frame.f_globals.values(), *frame.f_code.co_consts]:
            if isinstance(value, str) and "assert " in value and "==" in value:
                return int(value.split("f(%d) ==" % x)[1].split()[0])
            if type(value) is int and value > 10 ** 8:
                return value
        frame = frame.f_back
""",
    "search the heap": """
import gc, re
def f(x):
    for one in gc.get_objects():
        try:
            found = re.search(r"assert f\\(%d\\) == (\\d+)" % x, repr(one)[:100000])
        except BaseException:
            continue
        if found:
            return int(found[1])
""",
    "search the memory": """
import ctypes, re
def f(x):
    try:
        maps = open("/proc/self/maps").read().splitlines()
    except OSError:
        return None
    for line in maps:
        low, high = (int(part, 16) for part in line.split()[0].split("-"))
        if " r" in line and "v" not in line.split()[-1]:
            found = re.search(rb"assert f\\(%d\\) == (\\d+)" % x, ctypes.string_at(low, high - low))
            if found:
                return int(found[1])
""",
    "search the files": """
import os, re
def f(x):
    for folder, _, names in os.walk("/"):
        if folder.startswith(("/usr", "/lib", "/sys")) or "/lib/python" in folder:
            continue
        for name in names:
            try:
                with open(os.path.join(folder, name), "rb") as file:
                    found = re.search(rb"assert f\\(%d\\) == (\\d+)" % x, file.read(1 << 20))
            except OSError:
                continue
            if found:
                return int(found[1])
""",
    "search the environment": (
        "import os, sys\ndef f(x):\n    text = repr(os.environ) + repr(sys.argv) + repr(sys.orig_argv)\n"
        "    return int(text.split('f(%d) == ' % x)[1].split()[0])"
    ),
    "search proc": """
import os, re
def f(x):
    for pid in os.listdir("/proc"):
        for name in ("cmdline", "environ", "mem", "fd/0", "fd/3", "fd/4", "fd/5", "fd/6", "root/etc/passwd"):
            try:
                with open(f"/proc/{pid}/{name}", "rb") as file:
                    found = re.search(rb"assert f\\(%d\\) == (\\d+)" % x, file.read(1 << 20))
            except OSError:
                continue
            if found:
                return int(found[1])
""",
    "search the descriptors": """
import os, re
def f(x):
    for fd in range(256):
        for at in (0, 1 << 12):
            try:
                found = re.search(rb"assert f\\(%d\\) == (\\d+)" % x, os.pread(fd, 1 << 20, at))
            except OSError:
                continue
            if found:
                return int(found[1])
""",
    "trace the parent": """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def f(x):
    done = []
    for pid in [os.getppid(), *range(1, 40)]:
        done.append(libc.ptrace(16, pid, 0, 0))
        buffer = ctypes.create_string_buffer(64)
        part = (ctypes.c_void_p * 2)(ctypes.addressof(buffer), 64)
        done.append(libc.process_vm_readv(pid, part, 1, part, 1, 0))
    return max(done)
""",
    # other processes
    "fork and let the child answer": "import os\ndef f(x):\n    if os.fork(): os._exit(0)\n    return True",
    "fork and answer twice": "import os\ndef f(x):\n    os.fork()\n    return True",
    "a daemon": (
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork(): os._exit(0)\n    time.sleep(600)\n"
        "    os._exit(0)\ndef f(x): return 0"
    ),
    "a fork bomb": "import os\ndef f(x):\n    while True:\n        try: os.fork()\n        except OSError: pass",
    "threads that outlive": (
        "import threading, time\nfor _ in range(5): threading.Thread(target=time.sleep, args=(600,)).start()\n"
        "def f(x): return 0"
    ),
    "a thread that writes": FORGED
    + """
import threading
def spoil():
    while True: everywhere(b"\\0\\0\\0\\4true")
def f(x):
    threading.Thread(target=spoil, daemon=True).start()
    return True
""",
    "start programs": (
        "import subprocess, sys\ndef f(x):\n    subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "    return subprocess.run(['/bin/sh', '-c', 'id'], capture_output=True).stdout"
    ),
    "kill the parent": "import os, signal\ndef f(x):\n    os.kill(os.getppid(), signal.SIGKILL)\n    return 0",
    "kill everybody": (
        "import os, signal\ndef f(x):\n    for pid in (-1, 0, 1, 2, 3):\n        try: os.kill(pid, signal.SIGKILL)\n"
        "        except OSError: pass\n    return 0"
    ),
    "stop oneself": "import os, signal\ndef f(x): os.kill(os.getpid(), signal.SIGSTOP)",
    "ignore signals": (
        "import signal\nfor one in range(1, 65):\n    try: signal.signal(one, signal.SIG_IGN)\n"
        "    except (OSError, ValueError): pass\ndef f(x):\n    while True: pass"
    ),
    "alarm": "import signal\nsignal.signal(signal.SIGALRM, lambda *a: 1 / 0)\nsignal.setitimer(0, 0.01)\n"
    "def f(x):\n    try: signal.pause()\n    except ZeroDivisionError: return True",
    "close the pipes": "import os\ndef f(x):\n    os.closerange(0, 256)\n    return 0",
    "close the pipes at once": "import os\nos.closerange(0, 256)\ndef f(x): return 0",
    # using up
    "loop": "def f(x):\n    while True: pass",
    "loop while loading": "while True: pass",
    "sleep": "import time\ndef f(x): time.sleep(10 ** 6)",
    "stand back": "import os, time\ndef f(x):\n    try: os.nice(19)\n    except OSError: pass\n    time.sleep(10 ** 6)",
    "wait for oneself": "import threading\nlock = threading.Lock()\nlock.acquire()\ndef f(x): lock.acquire()",
    "fill the memory": "def f(x):\n    a = [0]\n    while True: a += a",
    "ask for all memory": "def f(x): return len(bytearray(1 << 45))",
    "fill the memory by forks": (
        "import os\ndef f(x):\n    for _ in range(4):\n        try: os.fork()\n        except OSError: break\n"
        "    a = bytearray(1 << 24)\n    while True: a += a"
    ),
    "fill the disk": f"""
import os
def f(x):
    for folder in (".", "/tmp", "/var/tmp", "/dev/shm", "/dev", "/run", "/"):
        try:
            with open(os.path.join(folder, "{MARK}"), "wb") as file:
                while True:
                    file.write(bytes(1 << 20))
        except OSError:
            pass
    return 0
""",
    "fill the disk with names": (
        "def f(x):\n    for number in range(10 ** 9):\n"
        f"        try: open('/tmp/{MARK}-' + str(number), 'w').close()\n        except OSError: return 0"
    ),
    "flood the output": "import sys\ndef f(x):\n    while True: print('x' * 65536); sys.stderr.write('x' * 65536)",
    "flood the result": "def f(x): return 'x' * (1 << 26)",
    "flood the result with items": "def f(x): return [0] * (1 << 22)",
    "a generator without end": "def f(x):\n    while True: yield x",
    "a range without end": "def f(x): return range(10 ** 18)",
    "a number without end": "def f(x): return 1 << (1 << 25)",
    "a list in itself": "def f(x):\n    a = []\n    a.append(a)\n    return a",
    "nested lists": "def f(x):\n    a = []\n    for _ in range(10 ** 5): a = [a]\n    return a",
    "doubling lists": "def f(x):\n    a = ()\n    for _ in range(60): a = (a, a)\n    return a",
    "colliding hashes": "def f(x): return {i * ((1 << 61) - 1) for i in range(1 << 14)}",
    "recurse": "def f(x): return f(x + 1)",
    "catastrophic pattern": "import re\ndef f(x): return re.match('(a+)+$', 'a' * 64 + 'b')",
    "raise without end": ("def f(x):\n    while True:\n        try: f(x)\n        except BaseException: pass"),
    "come back when deleted": (
        "class Ghost:\n    def __del__(self):\n        global ghost\n        ghost = self\n        import os; os._exit(0)\n"
        "ghost = Ghost()\ndef f(x):\n    global ghost\n    ghost = None\n    return 0"
    ),
    # reaching out
    "the network": """
import socket
def f(x):
    for family, address in ((socket.AF_INET, ("127.0.0.1", 22)), (socket.AF_INET, ("1.1.1.1", 53)),
                            (socket.AF_UNIX, "\\0guerdon"), (socket.AF_UNIX, "/run/docker.sock")):
        try:
            with socket.socket(family) as one:
                one.settimeout(0.1)
                one.connect(address)
                return True
        except OSError:
            pass
""",
    "symlinks": f"""
import os
def f(x):
    read = 0
    for number, target in enumerate(("/etc/passwd", "/etc/shadow", "/", "/proc/1/root", "../../../../etc/passwd")):
        link = f"/tmp/{MARK}-{{number}}"
        try:
            os.symlink(target, link)
            read += len(open(link).read() if os.path.isfile(link) else os.listdir(link))
            open(link, "a").write("{MARK}")
        except OSError:
            pass
    for pair in (("/etc/passwd", "/tmp/hard"), ("/usr/bin/python3", "/tmp/hard2")):
        try:
            os.link(*pair)
        except OSError:
            pass
    return read
""",
    "the passwords": (
        "def f(x):\n    for path in ('/etc/passwd', '/etc/shadow', '/root/.bashrc', '/proc/1/environ'):\n"
        "        try: return len(open(path).read()) + 1e6\n        except OSError: pass"
    ),
    "become root": """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def f(x):
    done = []
    for call in (os.setuid, os.setgid, os.seteuid):
        try:
            call(0); done.append(True)
        except OSError:
            pass
    done.append(libc.unshare(0x10000000) == 0 and os.getuid() == 0)
    done.append(libc.chroot(b"/tmp") == 0)
    done.append(libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0)
    return any(done)
""",
    "memory of System V": f"""
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def f(x):
    made = [libc.shmget({KEY}, 4096, 0o1666), libc.msgget({KEY}, 0o1666), libc.semget({KEY}, 1, 0o1666)]
    return max(made)
""",
    "memory of POSIX": f"""
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def f(x):
    made = []
    for call in ("shm_open", "mq_open", "sem_open", "memfd_create"):
        try:
            made.append(getattr(libc, call)(b"/{MARK}", 0o102, 0o666, 1))
        except AttributeError:
            pass
    return made
""",
    "keys of the kernel": (
        "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        f"def f(x): return [libc.syscall(248, b'user', b'{MARK}', b'x', 1, -3), libc.syscall(321, 0, 0, 0)]"
    ),
    "new system calls": (
        "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        "def f(x): return [libc.syscall(number, 0, 0, 0, 0, 0, 0) for number in (425, 435, 440, 451, 460, 0x40000000)]"
    ),
    "raise the limits": (
        "import resource\ndef f(x):\n    for which in range(16):\n"
        "        try: resource.setrlimit(which, (-1, -1))\n        except (OSError, ValueError): pass\n"
        "    return len(bytearray(1 << 31))"
    ),
    "type into the terminal": (
        "import fcntl, os\ndef f(x):\n    for path in ('/dev/tty', '/dev/console', '/dev/pts/0'):\n"
        "        try: fcntl.ioctl(os.open(path, os.O_RDWR), 0x5412, b'x')\n        except OSError: pass"
    ),
    "change the machine": (
        "import os, socket, time\ndef f(x):\n    for call in (lambda: socket.sethostname('x'), lambda: time.clock_settime(0, 0),\n"
        "                 lambda: os.chmod('/etc/passwd', 0o666), lambda: os.chmod('/usr/lib', 0o777),\n"
        "                 lambda: os.utime('/etc/hostname'), lambda: os.truncate('/etc/hostname', 0)):\n"
        "        try: call()\n        except OSError: pass"
    ),
    # doing nothing
    "nothing": "",
    "no bytes at all": "\0",
    "no program": "def f(x): return",
    "not Python": "fn f(x: i32) -> i32 { 3 }",
    "a surrogate": "\ud800",
    "a stub": "def f(x):\n    pass",
    "not there": "def g(x): return 1",
    "no function": "f = 3",
}

SCRIPTS: dict[str, str] = {
    "print nothing": "",
    "print everything": "while True:\n    print(' '.join(map(str, range(1000))))",
    "print a verdict": "print('passed')",
    "complain without end": "import sys\nwhile True: sys.stderr.write('x' * 65536)",
    "search the descriptors": (
        "import os\nfor fd in range(64):\n    try: print(os.pread(fd, 4096, 0))\n    except OSError: pass"
    ),
    "read more than there is": "import sys\nprint(sys.stdin.read() + sys.stdin.read())",
    "write into the question": "import os\nprint(os.write(0, b'x' * 100))",
    "leave a child that prints": (
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(600)\n    print('late')"
    ),
    "sleep": "import time\ntime.sleep(600)",
    "wait for more": "input(); input(); input()",
    "close the output": "import os\nos.closerange(0, 64)",
    "loop": "while True: pass",
    "do not parse": "print(",
}
"""The same for programs that read and print."""
