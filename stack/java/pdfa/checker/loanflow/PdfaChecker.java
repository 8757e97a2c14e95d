package loanflow;

import java.io.File;
import java.util.List;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/**
 * Says of each file whether it is what it claims to be, a level of PDF/A-3, and PDF/UA-1.
 * Arguments: files. A line for each file: its name, its level, then "ok" or the first failed check of each rule.
 */
public final class PdfaChecker {
    private PdfaChecker() { }

    public static void main(String[] files) throws Exception {
        Logger.getLogger("").setLevel(Level.SEVERE);
        VeraGreenfieldFoundryProvider.initialise();
        for (String file : files) {
            System.out.println(file + "\t" + checked(new File(file)));
        }
    }

    private static String checked(File file) throws Exception {
        PDFAFlavour claimed;
        try (PDFAParser parser = Foundries.defaultInstance().createParser(file)) {
            claimed = parser.getFlavours().stream().filter(PdfaChecker::isArchival).findFirst().orElse(null);
        }
        if (claimed == null) {
            return "none\tit claims no level of PDF/A-3";
        }
        String failed = Stream.of(claimed, PDFAFlavour.PDFUA_1).flatMap(flavour -> failures(file, flavour).stream())
                .collect(Collectors.joining("; "));
        return claimed.getId() + "\t" + (failed.isEmpty() ? "ok" : failed);
    }

    private static boolean isArchival(PDFAFlavour flavour) {
        return flavour.getId().toLowerCase(Locale.ROOT).startsWith("3");
    }

    /** One of each rule that failed: clause, test and what veraPDF says of it. */
    private static List<String> failures(File file, PDFAFlavour flavour) {
        try (PDFAParser parser = Foundries.defaultInstance().createParser(file, flavour);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
            ValidationResult result = validator.validate(parser);
            List<String> said = result.getTestAssertions().stream()
                    .filter(each -> each.getStatus() == TestAssertion.Status.FAILED)
                    .map(each -> flavour.getId() + " " + each.getRuleId().getClause() + "/"
                            + each.getRuleId().getTestNumber() + ": " + each.getMessage().replaceAll("\\s+", " "))
                    .distinct().collect(Collectors.toList());
            return said.isEmpty() && !result.isCompliant() ? List.of(flavour.getId() + " fails") : said;
        } catch (Exception error) {
            return List.of(flavour.getId() + " cannot be looked at: " + error);
        }
    }
}
