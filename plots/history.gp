# Ratios over the stored runs, a panel per group.
load 'history.set'
if (!exists("form")) form = 'svg'
columns = form eq 'narrow' || panels == 1 ? 1 : 2
panel_px = 220
plot_px = panel_px * ceil(real(panels) / columns)
label_px = 60
head_px = 6
load 'style.gp'
load 'panels.gp'

set logscale y
set xrange [0.6:runs + 0.4]
set ytics () nomirror scale 0.3 font ',9' tc rgb quiet
set xtics () nomirror scale 0.3 font ',8' tc rgb quiet
stride = int(ceil(runs / (narrow ? 4.0 : 5.0)))
do for [r=1:runs:stride] {
	set xtics add (run_date[r] r)
}
of(i, k, value) = column('panel') == i && column('slot') == env_slot[k] ? value : NaN

do for [i=1:panels] {
	@panel_margins
	set title panel_name[i] offset 0,-0.7 font ',10' tc rgb ink
	lo = panel_lo[i] / 1.05
	hi = panel_hi[i] * 1.05
	load 'ratio_ticks.gp'
	plot \
		for [k=1:envs] data using (of(i, k, column('at'))):'ratio' with lines lc rgb colour[env_slot[k]] lw 1.2, \
		for [k=1:envs] data using (of(i, k, column('at'))):'ratio':'lo':'hi' with yerrorbars lc rgb colour[env_slot[k]] pt -1 lw 1, \
		for [k=1:envs] data using (of(i, k, column('at'))):'ratio' with points lc rgb colour[env_slot[k]] pt shape[env_slot[k]] ps 0.4
}
unset multiplot
