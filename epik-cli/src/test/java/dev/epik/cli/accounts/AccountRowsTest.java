// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.cli.raw.InvalidFileException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccountRowsTest {
    private static String message(String text) {
        return String.valueOf(assertThrows(InvalidFileException.class, () -> AccountRows.of(text, "FILE"))
                .getMessage());
    }

    @Test
    void readsFilesAndVariablesWithAnySeparatorAndOrder() {
        List<AccountRow> expected = List.of(new AccountRow("1", false, "a b"), new AccountRow("2", true, "TOKEN_2"));
        assertEquals(expected, AccountRows.of("ad_account_id,token_file,token_env\n1,a b,\n\n2,,TOKEN_2\n", "FILE"));
        assertEquals(
                expected, AccountRows.of("\ufeffToken_File;token_env;AD_ACCOUNT_ID\r\na b;;1\r\n;TOKEN_2;2", "FILE"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                              | FILE is empty: its first line must be ad_account_id,token_file
            'ad_account_id,token_file\n'                    | FILE has no ad account
            'ad_account,token_file\n1,a'                    | unknown column ad_account (did you mean ad_account_id?)
            'ad_account_id,access_token\n1,secret'          | unknown column access_token. The first line must be
            '1,secret'                                      | unknown column number 1
            'ad_account_id\n1'                              | FILE has no column token_file and no column token_env
            'token_file,token_env\na,'                      | FILE has no column ad_account_id
            'ad_account_id,token_file,token_file\n1,a,b'    | FILE has the column token_file twice
            'ad_account_id,token_file\n1,a\n2,b\n1,c'       | FILE, line 4: ad account 1 is in line 2 too
            'ad_account_id,token_file\nsecret,a'            | FILE, line 2: the ad account id is not 1 to 18 digits
            'ad_account_id,token_file\n1,'                  | FILE, line 2: no token: give token_file or token_env
            'ad_account_id,token_file,token_env\n1,a,B'     | FILE, line 2: two tokens: give one of token_file and token_env
            'ad_account_id,token_env\n1,secret'             | FILE, line 2: token_env is no name of an environment variable
            'ad_account_id,token_file\n1,a,secret'          | FILE, line 2: 3 cells, and the first line has 2
            'ad_account_id,token_file\n1,"a'                | FILE is not CSV: a quote is not closed
            """)
    void anInvalidFileIsRefusedWithTheLineAndTheCure(String text, String expected) {
        String message = message(text.replace("\\n", "\n"));
        assertTrue(message.contains(expected), message);
        assertFalse(message.contains("secret"), message);
    }
}
