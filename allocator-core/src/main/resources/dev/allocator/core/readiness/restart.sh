# Restarts the system, unless that has happened since somebody looked.
now=$(boot)
[ "$now" = "$before" ] || exit 0
if [ -d /run/systemd/system ] && systemctl reboot; then
  exit 0
fi
reboot
