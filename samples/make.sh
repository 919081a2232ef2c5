#!/usr/bin/env bash
# Makes the sample media beside this script. Needs ffmpeg; the results are committed, so only a change of them needs it.
# Seeds and formulas only: nothing here is anybody's work, and a second run makes the same pictures.
set -euo pipefail
cd "$(dirname "$0")"

ff() { ffmpeg -hide_banner -loglevel error -nostdin -y "$@"; }

# A PNG in the proportions of a link preview, with detail that compresses like a photo's.
ff -f lavfi -i 'mandelbrot=size=1200x627:rate=1:start_scale=0.9:start_x=-0.743643887:start_y=-0.131825904' \
  -frames:v 1 -vf 'format=rgb24' -compression_level 9 -pred mixed hero.png

# A JPEG: a smooth gradient under grain.
ff -f lavfi -i 'gradients=size=1080x1080:rate=1:nb_colors=4:seed=7:c0=0x0a66c2:c1=0xf5efe6:c2=0x70b5f9:c3=0x004182' \
  -frames:v 1 -vf 'noise=alls=8:all_seed=7' -q:v 5 team.jpg

# An animated GIF of twelve frames that loops.
ff -f lavfi -i 'testsrc2=size=160x160:rate=12:duration=1' \
  -vf 'split[a][b];[a]palettegen=max_colors=32[p];[b][p]paletteuse=dither=none' -loop 0 spinner.gif

# An MP4 with picture (H.264) and sound (AAC), its index at the front, large enough to go in two parts of 1 MB.
ff -f lavfi -i 'mandelbrot=size=640x360:rate=24:end_scale=0.02:end_pts=144' \
  -f lavfi -i 'sine=frequency=440:beep_factor=4:sample_rate=44100' -t 6 \
  -c:v libx264 -preset slow -b:v 1600k -maxrate 1600k -bufsize 800k -pix_fmt yuv420p -threads 1 \
  -c:a aac -b:a 96k -movflags +faststart -map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact \
  launch.mp4

# What goes along with the video: captions, and a picture of its middle as the thumbnail.
printf '1\n00:00:00,000 --> 00:00:03,000\nDown into the Mandelbrot set,\n\n2\n00:00:03,000 --> 00:00:06,000\nbeep by beep.\n' >launch.srt
ff -ss 3 -i launch.mp4 -frames:v 1 -q:v 8 -map_metadata -1 -fflags +bitexact -flags:v +bitexact launch.thumbnail.jpg

# A PDF of three pages, each with one line of text, and the tables that lead a reader to its page tree.
pdf() {
  local objects=('<< /Type /Catalog /Pages 2 0 R >>' '' '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>')
  local kids='' out=$'%PDF-1.4\n' table=$'0000000000 65535 f \n' text page stream index
  for text in 'One file' 'One run' 'One post'; do
    page=$((${#objects[@]} + 1))
    stream="BT /F1 48 Tf 72 300 Td ($text) Tj ET"
    objects+=("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 600] /Resources << /Font << /F1 3 0 R >> >> /Contents $((page + 1)) 0 R >>")
    objects+=("<< /Length ${#stream} >>"$'\nstream\n'"$stream"$'\nendstream')
    kids+="$page 0 R "
  done
  objects[1]="<< /Type /Pages /Kids [ $kids] /Count 3 >>"
  for index in "${!objects[@]}"; do
    table+=$(printf '%010d' "${#out}")$' 00000 n \n'
    out+="$((index + 1)) 0 obj"$'\n'"${objects[index]}"$'\nendobj\n'
  done
  printf '%sxref\n0 %d\n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n' "$out" $((${#objects[@]} + 1)) "$table" $((${#objects[@]} + 1)) "${#out}"
}
pdf >deck.pdf

ls -l deck.pdf hero.png team.jpg spinner.gif launch.mp4 launch.srt launch.thumbnail.jpg
