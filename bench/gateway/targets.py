"""What is measured: the backend itself, nginx, Signalbox and a peer gateway in front of it."""
import dataclasses
import pathlib
import subprocess

from processes import Process, free_port

HERE = pathlib.Path(__file__).resolve().parent
PATH = "/v1/chat/completions"

# One worker, connections to the backend kept, answers passed on as they come; no log. Bodies stay in memory.
NGINX = """
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log stderr;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
  client_body_buffer_size 64k;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  upstream backend {{ server 127.0.0.1:{backend}; keepalive 1024; keepalive_requests 1000000000; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://backend;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
    }}
  }}
}}
"""


@dataclasses.dataclass
class Target:
    name: str
    port: int
    process: Process | None  # None: the backend itself, without a gateway
    version: str
    headers: list[str] = dataclasses.field(default_factory=list)

    def cpu_seconds(self) -> float:
        return self.process.cpu_seconds() if self.process else 0.0


def output_of(*command: str) -> str:
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return (result.stdout + result.stderr).strip().splitlines()[0]


class Bench:
    """Starts processes on their cores and knows their folder."""

    def __init__(self, folder: pathlib.Path, release: pathlib.Path, gateway_cores: set[int], load_cores: set[int]):
        self.folder, self.release = folder, release
        self.gateway_cores, self.load_cores = gateway_cores, load_cores
        self.backend_port = free_port()
        folder.mkdir(parents=True, exist_ok=True)
        self._processes: list[Process] = []

    def _start(self, name: str, command: list[str], port: int, cores: set[int], **options) -> Process:
        process = Process(name, command, self.folder / f"{name}.log", cores, **options)
        self._processes.append(process)
        process.await_port(port)
        return process

    def direct(self) -> Target:
        tool = str(self.release / "bench/gateway/bench_backend")
        self._start("backend", [tool, str(self.backend_port)], self.backend_port, self.load_cores)
        return Target("direct", self.backend_port, None, "the benchmark's backend")

    def nginx(self) -> Target:
        port = free_port()
        config = self.folder / "nginx.conf"
        config.write_text(NGINX.format(folder=self.folder, backend=self.backend_port, port=port))
        process = self._start("nginx", ["nginx", "-p", str(self.folder), "-c", str(config)], port, self.gateway_cores)
        return Target("nginx", port, process, output_of("nginx", "-v"))

    def signalbox(self) -> Target:
        port, binary = free_port(), str(self.release / "signalbox")
        environment = {"SIGNALBOX_PORT": str(port), "SIGNALBOX_MANAGEMENT_PORT": str(free_port()),
                       "BENCH_BACKEND_PORT": str(self.backend_port)}
        process = self._start("signalbox", [binary, "serve", "-c", str(HERE / "signalbox.yaml")], port,
                              self.gateway_cores, environment=environment)
        return Target("signalbox", port, process, output_of(binary, "version"))

    def peer(self, folder: pathlib.Path) -> Target:
        """Portkey's gateway: told by headers where the provider is."""
        node = str((folder / "node").resolve())
        port, package = free_port(), folder / "node_modules/@portkey-ai/gateway"
        host = f"http://127.0.0.1:{self.backend_port}/v1"
        process = self._start("portkey", [node, str(package / "build/start-server.js"), "--headless", f"--port={port}"],
                              port, self.gateway_cores, environment={"NODE_ENV": "production",
                                                                     "TRUSTED_CUSTOM_HOSTS": "127.0.0.1,localhost"})
        version = output_of(node, "-p", f"require('{package}/package.json').version")
        return Target("portkey", port, process, f"@portkey-ai/gateway {version}",
                      ["x-portkey-provider: openai", f"x-portkey-custom-host: {host}", "Authorization: Bearer none"])

    def stop(self) -> None:
        for process in reversed(self._processes):
            process.stop()
