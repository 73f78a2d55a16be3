# Time of each iteration relative to the steady mean, a panel per workload.
load 'iterations.set'
if (!exists("form")) form = 'svg'
columns = form eq 'narrow' ? 2 : 4
panel_px = 122
plot_px = panel_px * ceil(real(panels) / columns)
label_px = 60
head_px = 6
load 'style.gp'
load 'panels.gp'

set logscale xy
set xrange [0.9:iterations_max * 1.15]
set yrange [0.5:16]
set ytics ('½×' 0.5, '1×' 1, '2×' 2, '4×' 4, '8×' 8, '16×' 16) nomirror scale 0.3 font ',9' tc rgb quiet
set xtics nomirror scale 0.3 font ',9' tc rgb quiet format '%g'
# A line per environment: they are apart in the data, by an empty line.
of(i, value) = column('panel') == i ? value : NaN
rgb(slot) = int('0x'.substr(colour[int(slot)], 2, 7))
clipped(value) = value > 16 ? 16 : value < 0.5 ? 0.5 : value

do for [i=1:panels] {
	@panel_margins
	set title panel_name[i] offset 0,-0.7 font ',10' tc rgb ink
	plot 1 with lines lc rgb faint lw 1, \
		data using (of(i, column('iteration'))):(clipped(column('relative'))):(shape[int(column('slot'))]):(rgb(column('slot'))) with linespoints pt variable lc rgb variable ps 0.3 lw 1.2
}
unset multiplot
