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

set logscale y 2
set xrange [0.6:runs + 0.4]
set yrange [*:*]
set ytics nomirror scale 0.3 font ',9' tc rgb quiet format '%g×'
set xtics () nomirror scale 0.3 font ',8' tc rgb quiet
of(i, k, value) = column('panel') == i && column('slot') == env_slot[k] ? value : NaN
stride = ceil(runs / (narrow ? 4.0 : 5.0))
on_tick(at) = int(at - 1) % int(stride) == 0

do for [i=1:panels] {
	@panel_margins
	set title panel_name[i] offset 0,-0.7 font ',10' tc rgb ink
	plot \
		for [k=1:envs] data using (of(i, k, column('at'))):'ratio' with lines lc rgb colour[env_slot[k]] lw 1.2, \
		for [k=1:envs] data using (of(i, k, column('at'))):'ratio':'lo':'hi' with yerrorbars lc rgb colour[env_slot[k]] pt shape[env_slot[k]] ps 0.5 lw 1, \
		rows using (strcol('kind') eq 'run' && on_tick(column('y')) ? column('y') : NaN):(NaN):xticlabel(strcol('workload'))
}
unset multiplot
