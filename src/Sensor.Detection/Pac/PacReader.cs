using Acornima;
using Acornima.Ast;

namespace Sensor.Detection.Pac;

/// <summary>
/// Reads a PAC script without running it. Every text it holds or puts together, every function it calls and every suspicious trait is
/// noted.
/// The script is the attacker's: this runs in the sandbox's process, within its memory and time.
/// </summary>
public static class PacReader
{
    /// <summary>The reading of <paramref name="source"/>; nothing where it does not parse.</summary>
    public static PacReading Read(string source)
    {
        Script script;
        try
        {
            script = new Parser(new ParserOptions { Tolerant = true }).ParseScript(source);
        }
        catch (Exception failure) when (failure is ParseErrorException or InsufficientExecutionStackException)
        {
            return PacReading.Nothing;
        }
        var notes = new PacNotes(source);
        var flow = new PacDataFlow();
        try
        {
            flow.Visit(script);
            new PacScriptWalk(notes, flow).Visit(script);
        }
        catch (InsufficientExecutionStackException)
        {
            // Nested deeper than any honest script; what was noted until here stays.
        }
        notes.NoteSize();
        return notes.Reading();
    }
}
