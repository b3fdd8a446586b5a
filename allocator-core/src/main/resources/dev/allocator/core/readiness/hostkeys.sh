# Shows the public halves of sshd's host keys, as far as there are any.
cat /etc/ssh/ssh_host_*_key.pub 2>/dev/null || true
