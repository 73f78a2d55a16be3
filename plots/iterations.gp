# Time of each iteration relative to the cell's median, a panel per workload.
load 'iterations.set'
if (!exists("form")) form = 'svg'
columns = form eq 'narrow' ? 2 : 4
panel_px = 132
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
# A data set per panel and environment.
set_of(i, k) = int((i - 1) * sets_per_panel + env_set[k])
clipped(value) = value > 16 ? 16 : value < 0.5 ? 0.5 : value

do for [i=1:panels] {
	@panel_margins
	set title panel_name[i] offset 0,-0.7 font ',10' tc rgb ink
	plot 1 with lines lc rgb faint lw 1, \
		for [k=1:envs] data index set_of(i, k) using 'iteration':(clipped(column('relative'))) with linespoints lc rgb colour[env_slot[k]] pt shape[env_slot[k]] pi 6 ps 0.4 lw 1.2
}
unset multiplot
