namespace Sensor.Output.Report;

/// <summary>
/// The page's style: paper and ink, one accent, a colour for each severity and each stage, each with a contrast of at least 4.5 to 1 on
/// its ground in light and dark. Fonts are the reader's own.
/// </summary>
internal static class ReportStyle
{
    /// <summary>The sheet. Line ends are \n whatever the checkout made of this file, for the page's policy names its hash.</summary>
    public static string Sheet { get; } = (Colours + Text + Blocks + Drawings + Media).ReplaceLineEndings("\n");

    private const string Colours =
        """

        :root{--paper:#fbfaf7;--card:#fff;--ink:#1d2330;--soft:#565e6d;--line:#e2dfd7;--tint:#f3f1eb;--accent:#0d6470;--mark:#fff3d6;
        --critical:#9c1c37;--high:#a2440f;--medium:#7a5c00;--low:#2f6286;--info:#5a6270;
        --exposure:#5a6270;--lure:#6b4a9e;--pac:#0d6470;--proxy:#2360a8;--update:#a2440f;--payload:#9c1c37;--credentials:#7a5c00}
        @media (prefers-color-scheme:dark){:root{--paper:#12151b;--card:#191d25;--ink:#e8eaef;--soft:#a3abba;--line:#2c323d;--tint:#20252f;
        --accent:#63c5d1;--mark:#3a3014;
        --critical:#ff8fa3;--high:#ffa36b;--medium:#e5c15a;--low:#86bfe6;--info:#a9b1c0;
        --exposure:#a9b1c0;--lure:#c0a3f0;--pac:#63c5d1;--proxy:#8db9f5;--update:#ffa36b;--payload:#ff8fa3;--credentials:#e5c15a}}

        """;

    private const string Text =
        """
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%}
        body{margin:0;background:var(--paper);color:var(--ink);
        font:16px/1.55 "Segoe UI",system-ui,-apple-system,"Helvetica Neue","Noto Sans",Arial,sans-serif;overflow-wrap:anywhere}
        main{max-width:1040px;margin:0 auto;padding:40px 32px 64px}
        h1,h2,h3,h4,p,ul,ol,dl,dd,figure{margin:0}
        h1{font-size:2.5rem;line-height:1.15;letter-spacing:-.02em;font-weight:650;margin:.1em 0 .35em;text-wrap:balance}
        h2{font-size:1.4rem;letter-spacing:-.01em;font-weight:650;margin:56px 0 14px}
        h3{font-size:1.2rem;line-height:1.3;font-weight:650;margin:4px 0 8px}
        h4{font-size:.95rem;font-weight:650;margin:22px 0 6px}
        a{color:inherit;text-decoration-color:var(--accent);text-underline-offset:3px}
        a:focus-visible,summary:focus-visible{outline:2px solid var(--accent);outline-offset:3px;border-radius:4px}
        ol,ul{padding-left:1.3em}li{margin:.3em 0}
        .eyebrow{color:var(--soft);font-size:.85rem;letter-spacing:.02em}
        p+p{margin-top:.6em}li p+p,.what+p,p.small{margin-top:.15em}.eyebrow+p,article .eyebrow{margin:0}
        .lede{font-size:1.08rem;max-width:68ch}
        .small,footer,figcaption{color:var(--soft);font-size:.85rem}
        .mono,code,pre{font-family:ui-monospace,"Cascadia Mono","SF Mono",Consolas,"DejaVu Sans Mono",monospace;font-size:.86em}
        time{font-variant-numeric:tabular-nums;color:var(--soft);font-size:.88rem;margin-right:.7em}
        footer{border-top:1px solid var(--line);margin-top:64px;padding-top:16px}

        """;

    private const string Blocks =
        """
        .figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(200px,1fr));gap:0 28px;margin:32px 0 0;
        border-top:1px solid var(--line)}
        .figures div{padding:16px 0 6px}
        .figures dt{color:var(--soft);font-size:.85rem}
        .figures .value{font-size:1.25rem;font-weight:650;line-height:1.35;text-wrap:balance}
        .figures .note{color:var(--soft);font-size:.85rem}
        .first{background:var(--card);border:1px solid var(--line);border-left:4px solid var(--accent);border-radius:8px;
        padding:18px 24px 16px;margin-top:28px}
        .first h2{margin:0 0 8px;font-size:1.1rem}
        .contents{list-style:none;padding:0}.contents li{padding:8px 0;margin:0;border-bottom:1px solid var(--line)}
        .contents a{text-decoration:none}
        .contents strong{margin:0 .4em;text-decoration:underline;text-decoration-color:var(--accent);text-underline-offset:3px}
        .chip{display:inline-block;font-size:.78rem;font-weight:650;border:1px solid currentColor;border-radius:99px;padding:0 .7em;
        line-height:1.6;margin-right:.5em}
        .sev-critical{color:var(--critical)}.sev-high{color:var(--high)}.sev-medium{color:var(--medium)}.sev-low{color:var(--low)}
        .sev-info{color:var(--info)}
        article{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:24px 28px;margin:0 0 24px}
        .incident{border-top:4px solid var(--soft)}
        .edge-critical{border-top-color:var(--critical)}.edge-high{border-top-color:var(--high)}
        .edge-medium{border-top-color:var(--medium)}.edge-low{border-top-color:var(--low)}
        .who{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:3px 20px;margin:16px 0;font-size:.95rem}
        .who dt{color:var(--soft);grid-column:1}.who dd{grid-column:2}
        .stage{display:inline-block;font-size:.8rem;font-weight:600;white-space:nowrap;margin-right:.6em}
        .stage::before{content:"";display:inline-block;width:.65em;height:.65em;border-radius:50%;background:currentColor;margin-right:.4em}
        .stage-exposure{color:var(--exposure)}.stage-lure{color:var(--lure)}.stage-pac{color:var(--pac)}.stage-proxy{color:var(--proxy)}
        .stage-update{color:var(--update)}.stage-payload{color:var(--payload)}.stage-credentials{color:var(--credentials)}
        .findings{list-style:none;padding:0;margin-top:20px}.findings>li{border-top:1px solid var(--line);padding:12px 0 10px;margin:0}
        .columns{display:grid;grid-template-columns:3fr 2fr;gap:8px 36px;font-size:.95rem}
        details{border-top:1px solid var(--line);margin-top:14px;padding-top:10px}
        summary{cursor:pointer;font-weight:600}
        .frame,.method{margin-top:6px;padding-top:6px}.frame>summary,.method>summary{font-weight:400;font-size:.92rem}
        .frame>summary b{display:inline-block;min-width:3.2em;font-variant-numeric:tabular-nums}
        .frame .stage{margin-left:.8em;margin-right:0}
        .method>summary .mono{font-weight:600;margin-right:.5em}.method p{max-width:72ch;font-size:.95rem}.method[open]{padding-bottom:14px}
        .notes{font-size:.88rem;color:var(--soft);margin:6px 0}
        .layers{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:2px 18px;font-size:.9rem}.layers dt{color:var(--soft)}
        .scroll{overflow-x:auto;max-width:100%}
        pre{background:var(--tint);border-radius:6px;padding:12px 14px;line-height:1.45;margin:10px 0;overflow-wrap:normal}
        .hex{font-size:.76rem}
        table{border-collapse:collapse;font-size:.9rem}
        .grid{width:100%}.grid th,.grid td{text-align:left;padding:6px 12px 6px 0;border-bottom:1px solid var(--line);vertical-align:top}
        .grid thead th{color:var(--soft);font-weight:600;font-size:.82rem}
        .grid th[scope=row]{font-weight:400}.grid td{min-width:7.5em;overflow-wrap:anywhere}.matrix td{min-width:0}
        .scroll>.grid{margin-top:12px}
        .matrix td,.matrix thead th{text-align:center;padding:6px}.matrix thead th{width:64px}
        .matrix th:first-child{text-align:left;min-width:150px;width:auto;position:sticky;left:0;background:var(--paper)}
        .matrix td:last-child{white-space:nowrap}
        .dot{color:var(--soft)}.dot.strong{color:var(--high)}
        .code{background:var(--tint);border-radius:6px;padding:8px 0}.code table{width:100%}
        .code th{text-align:right;font-weight:400;color:var(--soft);padding:0 14px;width:1%;font-size:.78rem;user-select:none}
        .code td{padding:1px 14px 1px 0;white-space:nowrap}.code code{white-space:pre}
        .code .risky{background:var(--mark)}.code .risky th{box-shadow:inset 3px 0 var(--high)}
        .why{color:var(--high);font-size:.82rem;margin-left:2em}
        .pac .grid td:nth-child(2){min-width:15em}
        .grid .risky td{background:var(--mark)}
        .chain.bad,.certificates .bad{border-left:4px solid var(--critical);padding-left:16px}
        .problem{color:var(--critical);font-weight:600;font-size:.92rem}

        """;

    private const string Drawings =
        """
        .drawing{margin:22px 0 8px}.drawing .scroll>svg{display:block;min-width:860px;width:100%;height:auto}
        svg text{font:13px "Segoe UI",system-ui,-apple-system,"Helvetica Neue","Noto Sans",Arial,sans-serif;fill:var(--ink)}
        svg .tick,svg .sub{fill:var(--soft);font-size:12px}svg .grid{stroke:var(--line)}
        svg .life{stroke:var(--soft);stroke-width:2;opacity:.45}
        svg .reach{font-weight:600}svg .mark{stroke:var(--card);stroke-width:2}
        .fill-exposure{fill:var(--exposure)}.fill-lure{fill:var(--lure)}.fill-pac{fill:var(--pac)}.fill-proxy{fill:var(--proxy)}
        .fill-update{fill:var(--update)}.fill-payload{fill:var(--payload)}.fill-credentials{fill:var(--credentials)}
        svg .text-lure{fill:var(--lure)}svg .text-pac{fill:var(--pac)}svg .text-proxy{fill:var(--proxy)}
        svg .text-update{fill:var(--update)}svg .text-payload{fill:var(--payload)}svg .text-credentials{fill:var(--credentials)}
        .edge{fill:none;stroke:var(--soft);stroke-width:2;opacity:.75}.dashed{stroke-dasharray:5 5}
        .line-lure{stroke:var(--lure)}.line-pac{stroke:var(--pac)}.line-proxy{stroke:var(--proxy)}.line-update{stroke:var(--update)}
        .line-payload{stroke:var(--payload)}.line-credentials{stroke:var(--credentials)}
        .node rect{fill:var(--card);stroke:var(--line);stroke-width:1.5}.suspect rect{stroke-width:2.5}.suspect .label{font-weight:650}
        .rest rect{stroke-dasharray:4 4}
        .sev-edge-critical rect{stroke:var(--critical)}.sev-edge-high rect{stroke:var(--high)}.sev-edge-medium rect{stroke:var(--medium)}
        .sev-edge-low rect{stroke:var(--low)}

        """;

    private const string Media =
        """
        @media (max-width:640px){main{padding:24px 16px 48px}h1{font-size:1.85rem}h2{margin-top:40px}article{padding:18px 16px}
        .columns{grid-template-columns:minmax(0,1fr)}.who{grid-template-columns:minmax(0,1fr)}.who dd{grid-column:1}.who dt{margin-top:8px}
        .who dd{margin-bottom:4px}.figures{grid-template-columns:1fr 1fr}.figures .value{font-size:1.1rem}.first{padding:16px 18px}}
        @media print{@page{margin:16mm 14mm}:root{color-scheme:light}body{font-size:10.5pt;background:none}main{max-width:none;padding:0}
        .figures{grid-template-columns:repeat(4,minmax(0,1fr));gap:0 16px}article,.first{break-inside:auto;border-radius:0}
        h2,h3,h4,summary,.eyebrow{break-after:avoid}li,.figures div,.drawing,tr{break-inside:avoid}.drawing .scroll>svg{min-width:0}
        .scroll{overflow:visible}.frames,.method{display:none}.code td{white-space:normal}.code code{white-space:pre-wrap}
        .chain{break-inside:avoid}.columns{grid-template-columns:minmax(0,1fr)}
        .matrix{font-size:.75rem}.matrix th,.matrix td{padding:4px 2px}.matrix td{font-size:inherit}
        .matrix thead th{width:auto;vertical-align:bottom;white-space:nowrap;writing-mode:vertical-rl}
        .matrix th:first-child{position:static;min-width:90px}
        .matrix thead th:first-child,.matrix thead th:last-child{writing-mode:horizontal-tb;white-space:normal;overflow-wrap:normal}}

        """;
}
