"""What the integration tests stand on: processes, a recording upstream, raw sockets, pictures. No test lives here."""
