# Heat map of the overhead, workload × environment.
load 'heatmap.set'
if (!exists("form")) form = 'svg'
without_key = 1
head_px = form eq 'narrow' ? 148 : 34
load 'style.gp'

rows = figure.'.rows.tsv'
data = figure.'.tsv'
set xrange [0.5:envs + 0.5]
set x2range [0.5:envs + 0.5]
set yrange [plot_px:0]
unset ytics
unset xtics
unset border
unset colorbox
set cbrange [0:1]
# Light to dark throughout, so that it reads in grey (after ColorBrewer's YlGnBu).
set palette defined (0 '#ffffd9', 0.15 '#edf8b1', 0.3 '#c7e9b4', 0.45 '#7fcdbb', 0.6 '#41b6c4', 0.75 '#1d91c0', 0.88 '#225ea8', 1 '#0c2c84')

# The name of a stack takes two lines.
plus(s) = strstrt(s, '+')
heading(s) = plus(s) && !narrow ? substr(s, 1, plus(s) - 1)."\n".substr(s, plus(s), strlen(s)) : s
set x2tics () scale 0 tc rgb ink font ',10'
if (narrow) {
	set x2tics rotate by 90 left offset 0,-0.2 font ',9'
}
do for [k=1:envs] {
	set x2tics add (heading(env_name[k]) k)
}

noted(value) = strcol('note') eq '-' ? NaN : value
timed(value) = strcol('note') eq '-' ? value : NaN
light(s) = when(column('shade') < 0.58, s)
dark(s) = when(column('shade') >= 0.58, s)
status_chars = narrow ? 7 : 20

plot \
	rows using (0.5):(column('y') - 6):(strcol('workload')) with labels right offset char -0.7,0 tc rgb ink font ',10', \
	rows using (0.5):(column('y') + 6):(strcol('variant')) with labels right offset char -0.7,0 tc rgb quiet font ',9', \
	data using 'x':(timed(column('y'))):(column('x') - 0.48):(column('x') + 0.48):(column('y') - 13):(column('y') + 13):'shade' with boxxyerror lc palette fs solid noborder, \
	data using 'x':(noted(column('y'))):(column('x') - 0.48):(column('x') + 0.48):(column('y') - 13):(column('y') + 13) with boxxyerror lc rgb faint fs pattern 4 noborder, \
	data using 'x':'y':(light(strcol('text').'×')) with labels center tc rgb '#010101' font (narrow ? ',8' : ',11'), \
	data using 'x':'y':(dark(strcol('text').'×')) with labels center tc rgb '#fffffe' font (narrow ? ',8' : ',11'), \
	data using 'x':'y':(when(strcol('note') ne '-', short(strcol('status'), status_chars))) with labels center tc rgb ink font (narrow ? ',7' : ',10')
